// Access rules that hide an attribute and not the entry, on a real 389 Directory Server: members, roles, sudo roles and
// numbers are "cannot tell" where the server does not say that they are not there.
#include <fmt/format.h>

#include "connectors/directory/examination.h"
#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

std::string person(std::string_view uid, int number, std::string_view more = "") {
  return fmt::format(
      "dn: uid={0},dc=example,dc=test\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {0}\ncn: {0}\n"
      "sn: {0}\nuidNumber: {1}\ngidNumber: 100\nhomeDirectory: /\n{2}\n",
      uid, number, more);
}

std::string role(std::string_view cn, std::string_view classes, std::string_view more = "") {
  return fmt::format(
      "dn: cn={0},dc=example,dc=test\nobjectClass: LDAPsubentry\nobjectClass: nsRoleDefinition\n{1}cn: {0}\n{2}\n", cn,
      classes, more);
}

/// ada is in wheel, has the role operators by name and tall by its filter; zed has the number of root.
std::string company() {
  return person("ada", 1000, "nsRoleDN: cn=operators,dc=example,dc=test\ndescription: tall\n") + person("bob", 1001) +
         person("zed", 0) +
         "dn: cn=wheel,dc=example,dc=test\nobjectClass: groupOfNames\ncn: wheel\nmember: uid=ada,dc=example,dc=test\n\n"
         "dn: cn=empty,dc=example,dc=test\nobjectClass: groupOfNames\ncn: empty\n\n" +
         role("operators", "objectClass: nsSimpleRoleDefinition\nobjectClass: nsManagedRoleDefinition\n") +
         role("tall", "objectClass: nsComplexRoleDefinition\nobjectClass: nsFilteredRoleDefinition\n",
              "nsRoleFilter: (description=tall)\n") +
         "dn: cn=root,dc=example,dc=test\nobjectClass: sudoRole\ncn: root\nsudoUser: ada\nsudoHost: ALL\n"
         "sudoCommand: ALL\n\n";
}

class Hidden389 : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Ds389::start({.data = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Ds389(std::move(*started));
  }
  static void TearDownTestSuite() { delete server_; }
  void SetUp() override { ASSERT_NE(server_, nullptr); }

  /// The reader may all this but for these attributes, of which it may `rest`.
  static LdapOptions hide(std::string_view attributes, std::string_view rest = "") {
    std::string out = fmt::format("dn: {}\nchangetype: modify\nreplace: aci\n", server_->suffix());
    const auto allow = [&](std::string_view which, std::string_view rights) {
      out += fmt::format("aci: (targetattr{})(version 3.0; acl \"r\"; allow ({}) userdn=\"ldap:///{}\";)\n", which,
                         rights, server_->reader_dn());
    };
    allow(fmt::format("!=\"userPassword || {}\"", attributes), "read, search, compare");
    if (!rest.empty()) allow(fmt::format("=\"{}\"", attributes), rest);
    const auto entered = server_->apply(out);
    EXPECT_TRUE(entered) << entered.error().message;
    LdapOptions o = lab::reader_of(*server_);
    o.profile.privileged_groups = {{"cn=wheel,dc=example,dc=test", model::Tier::tier1}};
    return o;
  }
  static model::Harvest collect(const LdapOptions& options) {
    return make_ldap_source(options_for_server(options, options.uri))->collect({&lab::now, {}});
  }

  static inline support::Ds389* server_ = nullptr;
};

auto gap(Gap::Kind kind, const std::string& words) {
  return AllOf(Field(&Gap::kind, kind), Field(&Gap::sentence, HasSubstr(words)));
}

std::string members_unknown(const model::Harvest& h, std::string_view group) {
  for (std::size_t g = 0; g < h.groups.size(); ++g) {
    if (h.text.view(h.groups.name[g]) == group) return std::string(h.text.view(h.groups.members_unknown[g]));
  }
  return "no such group";
}

std::string doubts(const model::Harvest& h) {
  std::string out;
  for (const base::TextId doubt : h.controls.doubt) out += h.text.view(doubt);
  return out;
}

TEST_F(Hidden389, WhereNothingIsHiddenAreSeenToBeAbsent) {
  const LdapOptions open = hide("userPassword");
  const model::Harvest h = collect(open);
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  for (const char* group : {"wheel", "empty", "operators", "tall"}) EXPECT_EQ(members_unknown(h, group), "") << group;
  EXPECT_EQ(doubts(h), "");
  EXPECT_THAT(examine(open, lab::now()).may_be_hidden, IsEmpty());
}

TEST_F(Hidden389, MembersLeaveTheGroupInDoubt) {
  for (const char* rest : {"", "search", "compare", "search, compare"}) {
    const LdapOptions options = hide("member", rest);
    const model::Harvest h = collect(options);
    EXPECT_THAT(h.source.coverage.gaps, ElementsAre(gap(Gap::Kind::range_cut, "show member, and access rules")))
        << rest;
    EXPECT_THAT(members_unknown(h, "wheel"), HasSubstr("access rules may hide it")) << rest;
    EXPECT_EQ(members_unknown(h, "operators"), "") << "a role: who is in it, the accounts say";
  }
  EXPECT_THAT(examine(hide("member"), lab::now()).may_be_hidden, testing::Contains(HasSubstr("member of ")));
}

TEST_F(Hidden389, NumbersMakeItPartial) {
  EXPECT_THAT(collect(hide("uidNumber")).source.coverage.gaps,
              ElementsAre(gap(Gap::Kind::missing_column, "show uidNumber, and access rules may hide it")));
}

TEST_F(Hidden389, RolesHaveMembersThatAreNotKnown) {
  const model::Harvest all = collect(hide("nsRole || nsRoleDN"));
  EXPECT_THAT(all.source.coverage.gaps, ElementsAre(gap(Gap::Kind::missing_column, "show nsRole, and access rules"),
                                                    gap(Gap::Kind::missing_column, "show nsRoleDN, and access rules")));
  for (const char* name : {"operators", "tall"})
    EXPECT_THAT(members_unknown(all, name), HasSubstr("accounts do not show nsRole")) << name;
  const model::Harvest computed = collect(hide("nsRole"));
  EXPECT_EQ(members_unknown(computed, "operators"), "") << "nsRoleDN says who is in it";
  EXPECT_THAT(members_unknown(computed, "tall"), HasSubstr("accounts do not show nsRole"));
}

TEST_F(Hidden389, SudoRolesMayBeAnybodys) {
  for (const char* attribute : {"sudoUser", "sudoHost", "sudoCommand", "sudoRunAsUser"}) {
    const model::Harvest h = collect(hide(attribute));
    EXPECT_THAT(doubts(h), HasSubstr(fmt::format("does not show {}, and access rules may hide it", attribute)));
  }
}

TEST_F(Hidden389, MembersAreMissedByTheLookUpOfOnePerson) {
  model::PersonKeys keys;
  keys.logins = {"ada"};
  const auto look_up = [&](const LdapOptions& options) {
    return make_ldap_source(options_for_server(options, options.uri))->look_up({&lab::now, {}}, keys);
  };
  const model::Harvest open = look_up(hide("userPassword"));
  EXPECT_EQ(open.source.coverage.state, CoverageState::complete) << open.source.coverage.in_words();
  EXPECT_THAT(look_up(hide("member")).source.coverage.gaps,
              ElementsAre(gap(Gap::Kind::hidden, "may not search member")));
}

}  // namespace
}  // namespace tally::directory
