// Who holds super-powers in a real 389 Directory Server: instructions given to it, the answers worked out by hand, and
// compared with what the server does when each really tries.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "policy/access/control.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/ds389.h"

namespace tally::directory {
namespace {

using model::Truth;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSuffix = "dc=example,dc=test";
constexpr const char* kWheel = "cn=wheel,ou=groups,dc=example,dc=test";

std::string person(std::string_view uid) { return fmt::format("uid={},ou=people,{}", uid, kSuffix); }

const std::vector<std::string> kPeople = {"adm", "anna", "bert", "carl", "dora", "eve", "fay", "gil", "hal", "ida"};

/// adm is in wheel; anna is in the team that is in the help desk, eve in the help desk itself.
std::string company() {
  std::string out = fmt::format(
      "dn: ou=people,{0}\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=groups,{0}\nobjectClass: "
      "organizationalUnit\nou: groups\n\n",
      kSuffix);
  for (const std::string& uid : kPeople)
    out += fmt::format("dn: {}\nobjectClass: inetOrgPerson\nuid: {}\ncn: x\nsn: x\nuserPassword: secret-{}\n\n",
                       person(uid), uid, uid);
  const auto group = [&](std::string_view dn, std::initializer_list<std::string> members) {
    out += fmt::format("dn: {}\nobjectClass: groupOfNames\ncn: x\n", dn);
    for (const std::string& member : members) out += fmt::format("member: {}\n", member);
    out += "\n";
  };
  group(kWheel, {person("adm")});
  group("cn=team,ou=groups,dc=example,dc=test", {person("anna")});
  group("cn=helpdesk,ou=groups,dc=example,dc=test", {"cn=team,ou=groups,dc=example,dc=test", person("eve")});
  return out;
}

std::string aci(std::string_view targets, std::string_view name, std::string_view permissions) {
  return fmt::format("{}(version 3.0; acl \"{}\"; {})", targets, name, permissions);
}
std::string user(std::string_view uid) { return fmt::format("userdn=\"ldap:///{}\"", person(uid)); }

std::vector<std::string> rules() {
  return {support::ds389_reader_aci(),
          aci("(targetattr=\"userPassword\")", "help",
              "allow (write) groupdn=\"ldap:///cn=helpdesk,ou=groups,dc=example,dc=test\";"),
          aci("(targetattr=\"userPassword\")", "not eve", "deny (write) " + user("eve") + ";"),
          aci(fmt::format("(target=\"ldap:///{}\")(targetattr=\"member\")", kWheel), "wheel",
              fmt::format("allow (write) {};", user("bert"))),
          aci(fmt::format("(target=\"ldap:///{}\")(targetattr=\"member\")", kWheel), "oneself",
              fmt::format("allow (selfwrite) {};", user("fay"))),
          aci("(targetattr=\"*\")", "all", fmt::format("allow (all) {};", user("carl"))),
          aci("", "without attributes", fmt::format("allow (all) {};", user("gil"))),
          aci("(targetattr=\"*\")", "proxy", fmt::format("allow (proxy) {};", user("dora"))),
          aci("(targetattr!=\"userPassword\")", "nearly all", fmt::format("allow (all) {};", user("hal")))};
}

LdapOptions options_of(const support::Ds389& server) {
  LdapOptions o = lab::reader_of(server);
  o.profile.name = "lab-389";
  o.profile.privileged_groups = {{kWheel, model::Tier::tier1}};
  return o;
}

model::Snapshot collected(const LdapOptions& options) {
  std::vector<model::Harvest> all;
  all.push_back(make_ldap_source(options_for_server(options, options.uri))->collect({&lab::now, {}}));
  return model::join(std::move(all), lab::now());
}

struct Seen {
  explicit Seen(const LdapOptions& options)
      : s(collected(options)), access(access::effective_access(s)), control(s, access) {}

  model::AccountId account(std::string_view login) const {
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      if (s.view(s.accounts.login[i]) == login) return model::AccountId::at(i);
    }
    return {};
  }
  std::string of(std::string_view login) const {
    const model::BoolFact fact = control.of(account(login));
    if (fact.value == Truth::yes)
      return fmt::format("{} ({})", fmt::join(control.path(account(login)), " > "), control.rule(account(login)));
    return fact.value == Truth::no ? "no" : "unknown: " + std::string(control.view(fact.basis));
  }

  model::Snapshot s;
  access::Access access;
  access::Control control;
};

class Ds389Powers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Ds389::start({.data = {company()}, .access = rules()});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Ds389(std::move(*started));
    hidden_ = new Seen(options_of(*server_));
    // The grant that the doctor prints: its change records about aci are applied as they stand.
    const auto grant = least_grant(options_of(*server_));
    ASSERT_TRUE(grant);
    const std::size_t at = grant->find("# so that it can be told");
    ASSERT_NE(at, std::string::npos) << *grant;
    std::string records;
    for (std::string rest = grant->substr(at); !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string line = rest.substr(0, end);
      if (line.starts_with("dn:") && !records.empty()) records += "\n";
      if (!line.starts_with("#")) records += line + "\n";
      rest.erase(0, end == std::string::npos ? rest.size() : end + 1);
    }
    const auto shown = server_->apply(records);
    ASSERT_TRUE(shown) << shown.error().message << records;
    seen_ = new Seen(options_of(*server_));
  }
  static void TearDownTestSuite() {
    delete seen_;
    delete hidden_;
    delete server_;
  }

  static bool modifies(std::string_view who, const std::string& ldif, std::vector<std::string> more = {}) {
    std::vector<std::string> argv = {"ldapmodify", "-x",        "-H", server_->uri(),
                                     "-D",         person(who), "-w", fmt::format("secret-{}", who)};
    argv.insert(argv.end(), more.begin(), more.end());
    const auto outcome = support::run_command({.argv = argv, .environment = {{"LDAPNOINIT", "1"}}, .input = ldif},
                                              std::chrono::seconds(20));
    EXPECT_TRUE(outcome);
    EXPECT_THAT(outcome->exit_code, testing::AnyOf(0, 50, 123)) << who << outcome->err;
    return outcome && outcome->exit_code == 0;
  }
  static bool resets_password(std::string_view who, std::string_view of) {
    return modifies(who, fmt::format("dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: secret-{}\n\n",
                                     person(of), of));
  }
  static bool adds_member(std::string_view who, std::string_view member) {
    const bool done =
        modifies(who, fmt::format("dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n", kWheel, person(member)));
    if (done) {
      EXPECT_TRUE(server_->apply(
          fmt::format("dn: {}\nchangetype: modify\ndelete: member\nmember: {}\n\n", kWheel, person(member))));
    }
    return done;
  }
  static bool writes_aci(std::string_view who) {
    const std::string value = aci("(targetattr=\"cn\")", "tried", "allow (read) userdn=\"ldap:///self\";");
    const bool done = modifies(who, fmt::format("dn: {}\nchangetype: modify\nadd: aci\naci: {}\n\n", kSuffix, value));
    if (done) {
      EXPECT_TRUE(server_->apply(fmt::format("dn: {}\nchangetype: modify\ndelete: aci\naci: {}\n\n", kSuffix, value)));
    }
    return done;
  }

  static support::Ds389* server_;
  static Seen *seen_, *hidden_;
};
support::Ds389* Ds389Powers::server_ = nullptr;
Seen* Ds389Powers::seen_ = nullptr;
Seen* Ds389Powers::hidden_ = nullptr;

TEST_F(Ds389Powers, AreFoundWithTheInstructionThatGivesThem) {
  EXPECT_EQ(seen_->s.sources[0].controls_unread, "");
  // Over the one who has all: that is nearer to the directory itself than wheel.
  EXPECT_EQ(seen_->of("anna"),
            "anna > may reset the password of > carl > has full control of > all entries below dc=example,dc=test "
            "(aci \"help\" of dc=example,dc=test: allow (write) "
            "groupdn=\"ldap:///cn=helpdesk,ou=groups,dc=example,dc=test\")");
  EXPECT_THAT(seen_->of("bert"), HasSubstr("bert > may add members to > x (aci \"wheel\""));
  EXPECT_THAT(seen_->of("fay"), HasSubstr("fay > may add itself to > x (aci \"oneself\""));
  EXPECT_THAT(seen_->of("carl"), HasSubstr("carl > has full control of > all entries below dc=example,dc=test"));
  EXPECT_THAT(seen_->of("dora"), HasSubstr("dora > may act as others in > all entries below dc=example,dc=test"));
  EXPECT_THAT(seen_->of("hal"), HasSubstr("aci \"nearly all\""));
}

TEST_F(Ds389Powers, AreNotClaimedOfThoseWhoHaveNone) {
  EXPECT_EQ(seen_->of("eve"), "no") << "denied, although in the help desk";
  EXPECT_EQ(seen_->of("ida"), "no");
  EXPECT_EQ(seen_->of("gil"), "no") << "without targetattr no attribute is meant";
}

TEST_F(Ds389Powers, AreWhatTheServerLetsThemDo) {
  EXPECT_TRUE(resets_password("anna", "adm"));
  EXPECT_TRUE(resets_password("carl", "adm"));
  for (const char* who : {"eve", "ida", "bert", "hal", "gil", "dora"}) EXPECT_FALSE(resets_password(who, "adm")) << who;
  for (const char* who : {"bert", "carl", "fay", "hal"}) EXPECT_TRUE(adds_member(who, who)) << who;
  EXPECT_FALSE(adds_member("fay", "ida")) << "selfwrite is for one's own name";
  for (const char* who : {"eve", "ida", "anna", "gil", "dora"}) EXPECT_FALSE(adds_member(who, who)) << who;
  for (const char* who : {"carl", "hal"}) EXPECT_TRUE(writes_aci(who)) << who;
  for (const char* who : {"ida", "gil", "anna"}) EXPECT_FALSE(writes_aci(who)) << who;
}

TEST_F(Ds389Powers, CannotBeToldWhereTheServerHidesItsRules) {
  EXPECT_THAT(hidden_->of("ida"), HasSubstr("unknown: lab-389: "));
  EXPECT_THAT(hidden_->of("ida"), HasSubstr("aci and nsslapd-rootdn of cn=config may not be read"));
  EXPECT_THAT(hidden_->s.sources[0].own_powers_unread, HasSubstr("may not be read"));
}

TEST_F(Ds389Powers, OfTheDirectoryManagerAreNotedThoughItIsNoEntry) {
  EXPECT_THAT(seen_->s.sources[0].notes,
              Contains("super-power: nsslapd-rootdn of cn=config names no entry that was read"));
}

TEST_F(Ds389Powers, OfTheAccountThatReadsAreAFindingAboutOurselves) {
  EXPECT_THAT(seen_->s.sources[0].own_powers, IsEmpty());
  EXPECT_EQ(seen_->s.sources[0].own_powers_unread, "");
  LdapOptions carl = options_of(*server_);
  carl.bind_dn = person("carl");
  carl.password = base::Secret("secret-carl");
  EXPECT_THAT(collected(carl).sources[0].own_powers, Contains(HasSubstr("has full control of dc=example,dc=test")));
}

}  // namespace
}  // namespace tally::directory
