// Access rules that hide an attribute and not the entry, on a real slapd: what rests on it is "cannot tell", a server
// that hides nothing is complete, doctor names what may be hidden, and the rights that it prints are enough.
#include <fmt/format.h>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "policy/access/access.h"
#include "policy/access/control.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/sudo_schema.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;
using model::Truth;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kReader = "dn.exact=cn=reader,dc=example,dc=test";

std::string unit(std::string_view name) {
  return fmt::format("dn: ou={0},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {0}\n\n", name);
}

std::string person(std::string_view uid, int number) {
  return fmt::format(
      "dn: uid={0},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {0}\n"
      "cn: {0}\nsn: {0}\nuserPassword: secret\nuidNumber: {1}\ngidNumber: 100\nhomeDirectory: /\n\n",
      uid, number);
}

/// ada is in wheel (member) and in ops (memberUid), bob is in unique, zed has the number of root.
std::string company() {
  std::string out = unit("people") + unit("groups") + person("ada", 1000) + person("bob", 1001) + person("zed", 0);
  out +=
      "dn: uid=mail,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: mail\ncn: mail\nsn: mail\n\n"
      "dn: cn=wheel,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: wheel\n"
      "member: uid=ada,ou=people,dc=example,dc=test\n\n"
      "dn: cn=unique,ou=groups,dc=example,dc=test\nobjectClass: groupOfUniqueNames\ncn: unique\n"
      "uniqueMember: uid=bob,ou=people,dc=example,dc=test\n\n"
      "dn: cn=ops,ou=groups,dc=example,dc=test\nobjectClass: posixGroup\ncn: ops\ngidNumber: 10\nmemberUid: ada\n\n"
      "dn: cn=empty,ou=groups,dc=example,dc=test\nobjectClass: posixGroup\ncn: empty\ngidNumber: 11\n\n";
  return out;
}

struct Seen {
  explicit Seen(const LdapOptions& options) {
    std::vector<model::Harvest> all;
    all.push_back(make_ldap_source(options_for_server(options, options.uri))->collect({&lab::now, {}}));
    coverage = all.front().source.coverage;
    s = model::join(std::move(all), lab::now());
    access.emplace(access::effective_access(s));
    control = std::make_unique<access::Control>(s, *access);
  }
  model::AccountId account(std::string_view login) const {
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      if (s.view(s.accounts.login[i]) == login) return model::AccountId::at(i);
    }
    throw std::runtime_error(fmt::format("no account {}; {}", login, coverage.in_words()));
  }
  /// Whether the account is privileged by its groups: "yes", "no", or why it cannot be told.
  std::string privileged(std::string_view login) const {
    const model::AccountId id = account(login);
    if (access->reach(id).tier != model::Tier::none) return "yes";
    const std::string_view doubt = access->view(access->ways_unseen(s, id));
    return doubt.empty() ? "no" : std::string(doubt);
  }
  std::string controls(std::string_view login) const {
    const model::BoolFact fact = control->of(account(login));
    if (fact.value == Truth::yes) return "yes";
    return fact.value == Truth::no ? "no" : std::string(control->view(fact.basis));
  }

  std::string doubts() const {
    std::string out;
    for (const base::TextId doubt : s.controls.doubt) out += s.view(doubt);
    return out;
  }

  model::Coverage coverage;
  model::Snapshot s;
  std::optional<access::Access> access;
  std::unique_ptr<access::Control> control;
};

class HiddenAttributes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Slapd::start({.data = {company()}, .config_changes = {lab::sudo_schema()}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Slapd(std::move(*started));
  }
  static void TearDownTestSuite() { delete server_; }
  void SetUp() override { ASSERT_NE(server_, nullptr); }

  /// These rules stand before "everybody reads everything else".
  static LdapOptions with(const std::vector<std::string>& rules) {
    std::string out = "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nreplace: olcAccess\n";
    for (const std::string& rule : rules) out += fmt::format("olcAccess: {}\n", rule);
    const auto entered = server_->configure(out + "olcAccess: to * by * read\n");
    EXPECT_TRUE(entered) << entered.error().message;
    LdapOptions o = lab::reader_of(*server_);
    o.profile.privileged_groups = {{"cn=wheel,ou=groups,dc=example,dc=test", model::Tier::tier1},
                                   {"cn=ops,ou=groups,dc=example,dc=test", model::Tier::tier1}};
    return o;
  }
  static std::string hide(std::string_view attributes, std::string_view level = "none") {
    return fmt::format("to attrs={} by {} {} by * read", attributes, kReader, level);
  }

  static inline support::Slapd* server_ = nullptr;
};

auto gap(Gap::Kind kind, const std::string& words) {
  return ElementsAre(AllOf(Field(&Gap::kind, kind), Field(&Gap::sentence, HasSubstr(words))));
}

TEST_F(HiddenAttributes, WhereNothingIsHiddenAreSeenToBeAbsent) {
  const LdapOptions open = with({});
  const Seen seen(open);
  EXPECT_EQ(seen.coverage.state, CoverageState::complete) << seen.coverage.in_words();
  EXPECT_EQ(seen.privileged("ada"), "yes");
  EXPECT_EQ(seen.privileged("bob"), "no");
  EXPECT_THAT(seen.s.sources[0].notes,
              Contains("absence: 3 groups show no member, and 3 of them are seen to have none"));
  EXPECT_THAT(examine(open, lab::now()).may_be_hidden, IsEmpty());
}

/// None, or so much that a search may or may not ask about it: in no case is it read.
TEST_F(HiddenAttributes, OfMembersLeaveEverybodyInDoubt) {
  for (const char* level : {"none", "auth", "compare", "search", "=s", "=c", "=cs"}) {
    const LdapOptions options = with({hide("member", level)});
    const Seen seen(options);
    EXPECT_EQ(seen.coverage.state, CoverageState::partial) << level;
    EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::range_cut, "show member, and access rules may hide it")) << level;
    EXPECT_THAT(seen.privileged("bob"), HasSubstr("not all members of wheel could be read")) << level;
  }
}

TEST_F(HiddenAttributes, OfMembersAreNoticedInADirectoryOfNoKnownKind) {
  LdapOptions options = with({hide("uniqueMember")});
  options.profile.dialect = Dialect::generic;
  EXPECT_THAT(Seen(options).coverage.gaps,
              gap(Gap::Kind::range_cut, "show uniqueMember, and access rules may hide it"));
  options.profile.generic.members = {"member", "memberUid"};
  const Seen other(options);
  EXPECT_EQ(other.coverage.state, CoverageState::complete) << other.coverage.in_words();
}

TEST_F(HiddenAttributes, OfUserNamesInAGroupLeaveEverybodyInDoubt) {
  const Seen seen(with({hide("memberUid")}));
  EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::range_cut, "show memberUid, and access rules may hide it"));
  EXPECT_EQ(seen.privileged("ada"), "yes") << "she is in wheel all the same";
  EXPECT_THAT(seen.privileged("bob"), HasSubstr("not all members of ops could be read"));
}

TEST_F(HiddenAttributes, OfOneGroupAloneNameIt) {
  const Seen seen(with(
      {fmt::format("to dn.exact=cn=wheel,ou=groups,dc=example,dc=test attrs=member by {} none by * read", kReader)}));
  EXPECT_THAT(seen.coverage.gaps,
              gap(Gap::Kind::range_cut,
                  "1 group does not show member, and access rules may hide it from the account that reads: wheel"));
}

/// A search that may ask and a read that may not is found out too: the entry has it, and does not show it.
TEST_F(HiddenAttributes, ThatMayBeSearchedAreNamedInTheGroupsThatHaveThem) {
  const Seen seen(with({hide("member", "search")}));
  EXPECT_THAT(seen.coverage.gaps,
              gap(Gap::Kind::range_cut,
                  "1 group does not show member, and access rules may hide it from the account that reads: wheel"));
}

/// Where the rules may be read: what is shown beside does not tell.
TEST_F(HiddenAttributes, AsSingleValuesAreFoundOutByTheRulesAlone) {
  const std::string shown =
      "dn: olcDatabase={0}config,cn=config\nchangetype: modify\nreplace: olcAccess\nolcAccess: to dn.subtree=cn=config "
      "attrs=entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy by ";
  ASSERT_TRUE(server_->configure(fmt::format("{}{} read by * break\n", shown, kReader)));
  const std::string two =
      "dn: cn=wheel,ou=groups,dc=example,dc=test\nchangetype: modify\n{}: member\nmember: "
      "uid=bob,ou=people,dc=example,dc=test\n";
  ASSERT_TRUE(server_->apply(fmt::format(fmt::runtime(two), "add")));
  const std::string value = "to attrs=member val.exact=\"uid=ada,ou=people,dc=example,dc=test\" ";
  LdapOptions options = with({value + "by " + kReader + " none by * read"});
  options.profile.privileged_groups.pop_back();  // she is in ops all the same
  const Seen seen(options);
  EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::range_cut, "may hide single values of member (val= in olcAccess)"));
  EXPECT_THAT(seen.privileged("ada"), HasSubstr("not completely seen")) << "bob is shown, and she is not";
  EXPECT_EQ(seen.privileged("bob"), "yes");
  EXPECT_THAT(examine(options, lab::now()).cannot_tell, ElementsAre(HasSubstr("single values of member")));
  for (const char* harmless :
       {"by self write by * read", "by self write by * break", "by dn.base=cn=x write by * read"}) {
    const Seen open(with({value + harmless}));
    EXPECT_EQ(open.coverage.state, CoverageState::complete) << harmless << open.coverage.in_words();
  }
  ASSERT_TRUE(server_->apply(fmt::format(fmt::runtime(two), "delete")));
  ASSERT_TRUE(server_->configure(fmt::format("{}* none\n", shown)));
}

/// By its number somebody has it as primary group, by its name a group means power.
TEST_F(HiddenAttributes, OfNumbersAndNamesOfGroupsLeaveTheirMembersInDoubt) {
  for (const char* attribute : {"gidNumber", "cn"}) {
    const Seen seen(with({fmt::format("to dn.exact=cn=ops,ou=groups,dc=example,dc=test attrs={} by {} none by * read",
                                      attribute, kReader)}));
    EXPECT_THAT(seen.coverage.gaps,
                gap(Gap::Kind::range_cut, fmt::format("1 group does not show {}, and access rules", attribute)));
    EXPECT_THAT(seen.privileged("bob"), HasSubstr("could be read (" + std::string(attribute)));
  }
}

TEST_F(HiddenAttributes, OfSudoRolesMayMakeAnybodyRoot) {
  const std::string role = "dn: cn=root,ou=groups,dc=example,dc=test\n";
  ASSERT_TRUE(server_->apply(role + "changetype: add\nobjectClass: sudoRole\ncn: root\nsudoUser: ada\nsudoHost: ALL\n"
                                    "sudoCommand: ALL\n"));
  EXPECT_EQ(Seen(with({})).doubts(), "");
  for (const char* attribute : {"sudoUser", "sudoHost", "sudoCommand", "sudoRunAs", "sudoRunAsUser"}) {
    const LdapOptions options = with({hide(attribute)});
    const Seen seen(options);
    EXPECT_THAT(seen.doubts(), HasSubstr(fmt::format("does not show {}, and access rules may hide it", attribute)));
    EXPECT_THAT(seen.s.sources[0].notes, Contains(HasSubstr("who-may-change: ")));
    EXPECT_THAT(examine(options, lab::now()).may_be_hidden,
                ElementsAre(fmt::format("{} of 1 of 1 sudo roles", attribute)));
  }
  ASSERT_TRUE(server_->apply(role + "changetype: delete\n"));
}

TEST_F(HiddenAttributes, OfUserNumbersLeaveDoubtAboutRoot) {
  const Seen seen(with({hide("uidNumber")}));
  EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::missing_column, "show uidNumber, and access rules may hide it"));
  EXPECT_THAT(seen.controls("zed"), HasSubstr("show uidNumber"));
}

TEST_F(HiddenAttributes, OfGroupNumbersLeaveDoubtAboutThePrimaryGroup) {
  const Seen seen(
      with({fmt::format("to dn.subtree=ou=people,dc=example,dc=test attrs=gidNumber by {} none by * read", kReader)}));
  EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::missing_column, "show gidNumber, and access rules may hide it"));
  EXPECT_THAT(seen.privileged("bob"), HasSubstr("show gidNumber"));
}

TEST_F(HiddenAttributes, OfUserNamesLeaveDoubtAboutWhoIsNamedInGroups) {
  const Seen seen(with({hide("uid")}));
  EXPECT_EQ(seen.coverage.state, CoverageState::partial);
  EXPECT_THAT(seen.coverage.gaps, gap(Gap::Kind::missing_column, "show uid, and access rules may hide it"));
}

TEST_F(HiddenAttributes, AreToldByDoctorWithTheRightsThatAreMissing) {
  const LdapOptions hidden = with({hide("member,uidNumber")});
  const Examination seen = examine(hidden, lab::now());
  EXPECT_THAT(seen.may_be_hidden, ElementsAre("uidNumber of 5 of 5 accounts", "member of 4 of 4 groups"));
  const auto grant = least_grant(hidden, seen.schema);
  ASSERT_TRUE(grant);
  const std::size_t rule = grant->find("olcAccess: ") + 11;
  const LdapOptions granted = with({grant->substr(rule, grant->find("\nolcLimits") - rule), hide("member,uidNumber")});
  EXPECT_THAT(examine(granted, lab::now()).may_be_hidden, IsEmpty());
  const Seen all(granted);
  EXPECT_EQ(all.coverage.state, CoverageState::complete) << all.coverage.in_words();
}

model::Harvest look_up(const LdapOptions& options, std::string_view login) {
  model::PersonKeys keys;
  keys.logins = {std::string(login)};
  return make_ldap_source(options_for_server(options, options.uri))->look_up({&lab::now, {}}, keys);
}

TEST_F(HiddenAttributes, OfMembersAreMissedByTheLookUpOfOnePerson) {
  const model::Harvest open = look_up(with({}), "ada");
  EXPECT_EQ(open.source.coverage.state, CoverageState::complete) << open.source.coverage.in_words();
  EXPECT_EQ(open.groups.size(), 2U);
  for (const char* attribute : {"member", "uniqueMember", "memberUid"}) {
    const model::Harvest hers = look_up(with({hide(attribute)}), "ada");
    EXPECT_EQ(hers.source.coverage.state, CoverageState::partial) << attribute;
    EXPECT_THAT(hers.source.coverage.gaps, gap(Gap::Kind::hidden, "of 4 of 4 groups")) << attribute;
  }
  const model::Harvest search = look_up(with({hide("member", "search")}), "ada");
  EXPECT_EQ(search.source.coverage.state, CoverageState::complete) << "a search is all that it needs";
  EXPECT_EQ(search.groups.size(), 2U);
}

/// By a filter about an attribute that may not be searched nobody is found, and the answer is "success".
TEST_F(HiddenAttributes, ThatNameAPersonMissHerAccountsInTheLookUp) {
  for (const char* attribute : {"uid", "mail", "employeeNumber"}) {
    model::PersonKeys keys;
    keys.employee_number = "17";
    keys.mails = {"ada@example.test"};
    keys.logins = {"ada"};
    const LdapOptions options = with({hide(attribute)});
    const model::Harvest hers =
        make_ldap_source(options_for_server(options, options.uri))->look_up({&lab::now, {}}, keys);
    EXPECT_THAT(hers.source.coverage.gaps, Contains(Field(&Gap::sentence, HasSubstr("of the first 5 accounts"))))
        << attribute;
  }
  const model::Harvest other = look_up(with({hide("mail")}), "ada");
  EXPECT_EQ(other.source.coverage.state, CoverageState::complete) << "nothing is searched for by mail here";
}

}  // namespace
}  // namespace tally::directory
