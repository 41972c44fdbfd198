// Who holds super-powers in a real OpenLDAP: rules given to slapd, the answers worked out by hand, compared with what
// slapacl(8) says of the same configuration, and with what the server does when each really tries.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>

#include "connectors/directory/examination.h"
#include "connectors/directory/ldap_source.h"
#include "policy/access/control.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/sudo_schema.h"

namespace tally::directory {
namespace {

using model::Truth;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSuffix = "dc=example,dc=test";
constexpr const char* kWheel = "cn=wheel,ou=groups,dc=example,dc=test";

std::string person(std::string_view uid) { return fmt::format("uid={},ou=people,{}", uid, kSuffix); }

/// adm is in wheel; anna, bert and eve are the help desk; gil is nobody. zero has the number of root.
std::string company() {
  std::string out = fmt::format(
      "dn: ou=people,{0}\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=groups,{0}\nobjectClass: "
      "organizationalUnit\nou: groups\n\ndn: ou=sudoers,{0}\nobjectClass: organizationalUnit\nou: sudoers\n\n",
      kSuffix);
  int number = 1000;
  for (const char* uid : {"adm", "anna", "bert", "eve", "fay", "dora", "sven", "gil", "zero", "ida", "hans"}) {
    out += fmt::format(
        "dn: {}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {}\ncn: x\nsn: x\nuserPassword: secret\n"
        "uidNumber: {}\ngidNumber: 100\nhomeDirectory: /\n\n",
        person(uid), uid, std::string_view(uid) == "zero" ? 0 : number++);
  }
  const auto group = [&](std::string_view dn, std::initializer_list<const char*> members) {
    out += fmt::format("dn: {}\nobjectClass: groupOfNames\ncn: x\n", dn);
    for (const char* member : members) out += fmt::format("member: {}\n", person(member));
    out += fmt::format("owner: {}\n\n", person("hans"));
  };
  group(kWheel, {"adm"});
  group("cn=helpdesk,ou=groups,dc=example,dc=test", {"anna", "eve"});
  return out;
}

const std::vector<std::string> kRules = {
    "to attrs=userPassword by dn.exact=uid=eve,ou=people,{suffix} none"
    " by group.exact=cn=helpdesk,ou=groups,{suffix} write by self write by anonymous auth by * none",
    "to dn.exact=cn=wheel,ou=groups,{suffix} attrs=member by dn.exact=uid=bert,ou=people,{suffix} write"
    " by dn.regex=^uid=f[^,]+,ou=people,{suffix}$ selfwrite by dnattr=owner write by * break",
    "to * by dn.exact=uid=dora,ou=people,{suffix} manage by * read"};

std::string show_config(std::string_view who) {
  return fmt::format(
      "dn: olcDatabase={{0}}config,cn=config\nchangetype: modify\nreplace: olcAccess\nolcAccess: to "
      "dn.subtree=\"cn=config\" attrs=entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy by "
      "dn.exact=\"{}\" read by * break\n",
      who);
}

LdapOptions options_of(const support::Slapd& server) {
  LdapOptions o = lab::reader_of(server);
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

class OpenLdapPowers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started =
        support::Slapd::start({.data = {company()}, .access = kRules, .config_changes = {lab::sudo_schema()}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Slapd(std::move(*started));
    const auto role = server_->apply(
        fmt::format("dn: cn=ops,ou=sudoers,{}\nobjectClass: sudoRole\ncn: ops\nsudoUser: sven\nsudoHost: "
                    "ALL\nsudoCommand: ALL\nsudoOption: !authenticate\n\n",
                    kSuffix));
    ASSERT_TRUE(role) << role.error().message;
    hidden_ = new Seen(options_of(*server_));
    const auto shown = server_->configure(show_config(server_->reader_dn()));
    ASSERT_TRUE(shown) << shown.error().message;
    seen_ = new Seen(options_of(*server_));
  }
  static void TearDownTestSuite() {
    delete seen_;
    delete hidden_;
    delete server_;
  }

  static bool modifies(std::string_view who, const std::string& ldif) {
    const auto outcome = support::run_command(
        {.argv = {"ldapmodify", "-x", "-H", server_->local_uri(), "-D", person(who), "-w", "secret"},
         .environment = {{"LDAPNOINIT", "1"}},
         .input = ldif},
        std::chrono::seconds(20));
    EXPECT_TRUE(outcome);
    EXPECT_THAT(outcome->exit_code, testing::AnyOf(0, 50)) << outcome->err;  // 50: insufficientAccessRights
    return outcome && outcome->exit_code == 0;
  }
  static bool resets_password(std::string_view who, std::string_view of) {
    return modifies(
        who, fmt::format("dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: secret\n\n", person(of)));
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
  /// What slapacl(8) makes of the same configuration.
  static bool slapacl(std::string_view who, const std::string& entry, std::string_view attribute) {
    const auto outcome = support::run_command(
        {.argv = {"/usr/sbin/slapacl", "-F", server_->ca_file().parent_path().parent_path() / "slapd.d", "-b", entry,
                  "-D", person(who), fmt::format("{}/write", attribute)}},
        std::chrono::seconds(20));
    EXPECT_TRUE(outcome);
    EXPECT_THAT(outcome->err, HasSubstr("write access to")) << outcome->out;
    return outcome && outcome->err.find("ALLOWED") != std::string::npos;
  }

  static support::Slapd* server_;
  static Seen *seen_, *hidden_;
};
support::Slapd* OpenLdapPowers::server_ = nullptr;
Seen* OpenLdapPowers::seen_ = nullptr;
Seen* OpenLdapPowers::hidden_ = nullptr;

TEST_F(OpenLdapPowers, AreFoundWithTheRuleThatGivesThem) {
  EXPECT_EQ(seen_->s.sources[0].controls_unread, "");
  EXPECT_EQ(seen_->of("anna"),
            "anna > may reset the password of > adm > member of > x (olcAccess {0}to attrs=userPassword by "
            "group.exact=cn=helpdesk,ou=groups,dc=example,dc=test write)");
  EXPECT_EQ(
      seen_->of("bert"),
      "bert > may add members to > x (olcAccess {1}to dn.exact=cn=wheel,ou=groups,dc=example,dc=test attrs=member "
      "by dn.exact=uid=bert,ou=people,dc=example,dc=test write)");
  EXPECT_THAT(seen_->of("dora"),
              HasSubstr("olcAccess {2}to * by dn.exact=uid=dora,ou=people,dc=example,dc=test manage"));
  EXPECT_THAT(seen_->of("fay"), HasSubstr("fay > may add itself to > x (olcAccess {1}"));
  EXPECT_THAT(seen_->of("hans"), HasSubstr("hans > may add members to > x (olcAccess {1}")) << "owns wheel";
  EXPECT_THAT(seen_->of("sven"), HasSubstr("sven > may become root on > every Unix host (sudoRole cn=ops"));
  EXPECT_EQ(seen_->of("zero"), "zero > has user number 0, which is root on > every Unix host (uidNumber=0)");
}

TEST_F(OpenLdapPowers, AreNotClaimedOfThoseWhoHaveNone) {
  EXPECT_EQ(seen_->of("eve"), "no") << "in the help desk, and stopped before it";
  EXPECT_EQ(seen_->of("gil"), "no");
  EXPECT_EQ(seen_->of("ida"), "no");
}

TEST_F(OpenLdapPowers, AreWhatTheServerLetsThemDo) {
  EXPECT_TRUE(resets_password("anna", "adm"));
  EXPECT_TRUE(adds_member("bert", "bert"));
  EXPECT_TRUE(adds_member("dora", "dora"));
  EXPECT_TRUE(adds_member("hans", "hans"));
  EXPECT_TRUE(adds_member("fay", "fay"));
  EXPECT_FALSE(adds_member("fay", "gil")) << "selfwrite is for one's own name";
  for (const char* who : {"eve", "gil", "ida", "bert", "dora"}) EXPECT_FALSE(resets_password(who, "adm")) << who;
  for (const char* who : {"eve", "gil", "ida", "anna"}) EXPECT_FALSE(adds_member(who, who)) << who;
}

TEST_F(OpenLdapPowers, AreWhatSlapaclSays) {
  for (const char* who : {"anna", "bert", "eve", "dora", "gil", "ida"}) {
    const model::Controls& c = seen_->s.controls;
    bool resets = false, adds = false;
    for (std::size_t row = 0; row < c.size(); ++row) {
      if (seen_->s.view(c.holder[row]) != person(who)) continue;
      const std::string_view object = seen_->s.view(c.object[row]);
      resets = resets || (object == person("adm") && (c.rights[row] & model::kResetPassword) != 0);
      adds = adds || (object == kWheel && (c.rights[row] & model::kAddMember) != 0);
    }
    EXPECT_EQ(resets, slapacl(who, person("adm"), "userPassword")) << who;
    EXPECT_EQ(adds, slapacl(who, kWheel, "member")) << who;
  }
}

TEST_F(OpenLdapPowers, CannotBeToldWhereTheServerHidesItsRules) {
  EXPECT_EQ(hidden_->of("gil"),
            "unknown: lab: olcAccess may not be read: cn=config shows no database to the account that reads; "
            "olcAuthzPolicy of cn=config may not be read");
  EXPECT_THAT(hidden_->of("sven"), HasSubstr("may become root")) << "a sudo rule is seen all the same";
  EXPECT_THAT(hidden_->s.sources[0].own_powers_unread, HasSubstr("olcAccess may not be read"));
}

TEST_F(OpenLdapPowers, OfTheRootDnAreNotedThoughItIsNoEntry) {
  EXPECT_THAT(seen_->s.sources[0].notes, Contains("super-power: olcRootDN of {1}mdb names no entry that was read"));
}

TEST_F(OpenLdapPowers, OfTheAccountThatReadsAreAFindingAboutOurselves) {
  EXPECT_THAT(seen_->s.sources[0].own_powers, IsEmpty());
  EXPECT_EQ(seen_->s.sources[0].own_powers_unread, "");
  LdapOptions root = options_of(*server_);
  root.bind_dn = server_->root_dn();
  root.password = base::Secret(server_->root_password());
  ASSERT_TRUE(server_->configure(show_config(server_->root_dn())));
  EXPECT_THAT(collected(root).sources[0].own_powers,
              Contains("is the olcRootDN of {1}mdb: no access rule holds for it"));
  LdapOptions dora = options_of(*server_);
  dora.bind_dn = person("dora");
  dora.password = base::Secret("secret");
  ASSERT_TRUE(server_->configure(show_config(person("dora"))));
  EXPECT_THAT(collected(dora).sources[0].own_powers, Contains(HasSubstr("may add members to " + std::string(kWheel))));
  ASSERT_TRUE(server_->configure(show_config(server_->reader_dn())));
}

TEST_F(OpenLdapPowers, AreEverybodysWhereEverybodyMayWriteTheirOwnNumber) {
  auto open = support::Slapd::start({.data = {company()}, .access = {"to * by self write by * read"}});
  ASSERT_TRUE(open) << open.error().message;
  ASSERT_TRUE(open->configure(show_config(open->reader_dn())));
  const Seen seen(options_of(*open));
  EXPECT_THAT(seen.of("gil"), HasSubstr("gil > is one of > whoever signs in > may write the user number of"));
}

/// A server with these rules in front of those that show everything to everybody.
support::Slapd server_with(std::vector<std::string> rules, std::string data = company()) {
  rules.emplace_back("to attrs=userPassword by anonymous auth by * none");
  rules.emplace_back("to * by * read");
  auto server = support::Slapd::start({.data = {std::move(data)}, .access = std::move(rules)});
  EXPECT_TRUE(server) << server.error().message;
  const auto shown = server->configure(show_config(server->reader_dn()));
  EXPECT_TRUE(shown) << shown.error().message;
  return std::move(*server);
}

bool modifies(const support::Slapd& server, const std::string& who, const std::string& password,
              const std::string& ldif) {
  const auto outcome =
      support::run_command({.argv = {"ldapmodify", "-x", "-H", server.local_uri(), "-D", who, "-w", password},
                            .environment = {{"LDAPNOINIT", "1"}},
                            .input = ldif},
                           std::chrono::seconds(20));
  EXPECT_TRUE(outcome);
  return outcome && outcome->exit_code == 0;
}

/// An account outside ou=people that comes before all others.
std::string with_a_service() {
  return fmt::format(
             "dn: ou=machines,{0}\nobjectClass: organizationalUnit\nou: machines\n\ndn: uid=aaa,{0}\nobjectClass: "
             "account\nobjectClass: posixAccount\nuid: aaa\ncn: x\nuidNumber: 999\ngidNumber: 100\nhomeDirectory: "
             "/\n\n",
             kSuffix) +
         company();
}

TEST(OpenLdapPowersOverOneself, AreThoseOfTheAccountsThatTheRuleIsAbout) {
  const support::Slapd server = server_with({"to dn.subtree=ou=people,{suffix} attrs=uidNumber by "
                                             "dn.exact=uid=ida,ou=people,{suffix} none by self write by * read"},
                                            with_a_service());
  const Seen seen(options_of(server));
  EXPECT_THAT(seen.of("gil"), HasSubstr("may write the user number of"));
  EXPECT_EQ(seen.of("ida"), "no");
  EXPECT_EQ(seen.of("aaa"), "no") << "the rule is about ou=people";
  const auto makes_itself_root = [&](const char* uid) {
    return modifies(server, person(uid), "secret",
                    fmt::format("dn: {}\nchangetype: modify\nreplace: uidNumber\nuidNumber: 0\n\n", person(uid)));
  };
  EXPECT_TRUE(makes_itself_root("gil"));
  EXPECT_FALSE(makes_itself_root("ida"));
}

struct OwnReach {
  const char* name;
  std::vector<std::string> rules;
  const char* power;   ///< empty: none
  const char* unread;  ///< empty: it can be told
};

class OpenLdapOwnReach : public testing::TestWithParam<OwnReach> {};

TEST_P(OpenLdapOwnReach, IsWhatTheRulesLetUsWriteAnywhere) {
  const support::Slapd server = server_with(GetParam().rules);
  const model::SourceRecord source = collected(options_of(server)).sources[0];
  const auto says = [](std::string_view words) {
    return words.empty() ? testing::Matcher<std::string>(IsEmpty()) : HasSubstr(std::string(words));
  };
  EXPECT_THAT(fmt::format("{}", fmt::join(source.own_powers, "\n")), says(GetParam().power));
  EXPECT_LE(source.own_powers.size(), 1U);
  EXPECT_THAT(source.own_powers_unread, says(GetParam().unread));
}

const std::string kUs = "by dn.exact=cn=reader,dc=example,dc=test ";

INSTANTIATE_TEST_SUITE_P(
    Rules, OpenLdapOwnReach,
    testing::Values(
        OwnReach{"EverythingThatMeansNoPower",
                 {"to dn.subtree=ou=sudoers,{suffix} " + kUs + "write by * read"},
                 "may write everything (olcAccess {0}to "
                 "dn.subtree=ou=sudoers,dc=example,dc=test by dn.exact=cn=reader,dc=example,dc=test write)",
                 ""},
        OwnReach{"OneAttributeOfPeople",
                 {"to dn.one=ou=people,{suffix} attrs=mail " + kUs + "write by * read"},
                 "may write mail (olcAccess {0}",
                 ""},
        OwnReach{"OneEntryThatIsNoAccount",
                 {"to dn.exact=ou=people,{suffix} attrs=description by users write by * read"},
                 "may write description (olcAccess {0}",
                 ""},
        OwnReach{"TakingAwayAlone",
                 {"to dn.children=ou=groups,{suffix} attrs=member " + kUs + "=rscz by * read"},
                 "may write member (olcAccess {0}",
                 ""},
        OwnReach{"WhereNoEntryIsYet",
                 {"to dn.regex=^cn=[^,]+,ou=machines,{suffix}$ " + kUs + "write by * read"},
                 "(olcAccess {0}",
                 ""},
        OwnReach{"APatternThatCannotBeFollowed",
                 {"to dn.regex=^cn=(ab|cd)+,{suffix}$ attrs=mail " + kUs + "write by * read"},
                 "",
                 "which entries a pattern of an access rule means"},
        OwnReach{"AFilter", {"to filter=(cn=nobody) attrs=mail " + kUs + "write by * read"}, "", "olcAccess {0}"},
        OwnReach{"AFilterForOthers",
                 {"to filter=(cn=nobody) attrs=mail by dn.exact=uid=gil,ou=people,{suffix} write by * read"},
                 "",
                 ""},
        OwnReach{"OwnersThatAreOthers", {"to attrs=description by dnattr=owner write by * read"}, "", ""},
        OwnReach{"OnesOwnEntry", {"to attrs=description by self write by * read"}, "", ""}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(OpenLdapOwnReachByName, IsFoundWhereAnEntryNamesUs) {
  const support::Slapd server = server_with(
      {"to attrs=description by dnattr=owner write by * read"},
      company() + fmt::format("dn: cn=ours,ou=groups,{0}\nobjectClass: groupOfNames\ncn: ours\nmember: {1}\nowner: "
                              "cn=reader,{0}\n\n",
                              kSuffix, person("gil")));
  EXPECT_THAT(collected(options_of(server)).sources[0].own_powers,
              ElementsAre("may write description (olcAccess {0}to attrs=description by dnattr=owner write)"));
  EXPECT_TRUE(modifies(
      server, server.reader_dn(), server.reader_password(),
      fmt::format("dn: cn=ours,ou=groups,{}\nchangetype: modify\nreplace: description\ndescription: x\n\n", kSuffix)));
}

TEST(OpenLdapOwnPowers, ThatHangOnWhatIsNotReadCannotBeTold) {
  auto server = support::Slapd::start(
      {.data = {company()},
       .access = {"to attrs=userPassword by set=[cn=nobody,{suffix}]/member&user write by anonymous auth by * none",
                  "to * by * read"}});
  ASSERT_TRUE(server) << server.error().message;
  const auto shown = server->configure(show_config(server->reader_dn()));
  ASSERT_TRUE(shown) << shown.error().message;
  const model::Snapshot s = collected(options_of(*server));
  EXPECT_THAT(s.sources[0].own_powers, IsEmpty());
  EXPECT_THAT(s.sources[0].own_powers_unread, HasSubstr("olcAccess {0}"));
}

}  // namespace
}  // namespace tally::directory
