// The generic profile: what is configured is read, what is not is unknown with that as the reason (generic.h).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ProfileOptions generic() {
  ProfileOptions options;
  options.dialect = Dialect::generic;
  options.bases = {"dc=example,dc=test"};
  return options;
}

std::string person(std::string_view uid, std::string_view more = "") {
  return fmt::format("dn: uid={0},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\n{1}\n", uid, more);
}

/// jane's, beside john who is only there.
std::string enabled(const ProfileOptions& options, std::string_view jane, std::string_view john = "") {
  Tree t(options);
  t.read(person("jane", jane)).read(person("john", john)).finish();
  return t.fact(t.harvest.accounts.enabled[0]);
}

TEST(GenericAccount, SaysWhatIsNotConfigured) {
  Tree t(generic());
  t.read(person("jane", "pwdAccountLockedTime: 000001010000Z\nnsAccountLock: true\n")).finish();
  const model::Accounts& a = t.harvest.accounts;
  EXPECT_THAT(t.fact(a.enabled[0]), StartsWith("unknown: no attribute is configured for enabled or disabled"));
  EXPECT_THAT(t.fact(a.expires[0]), HasSubstr("(expires_attribute)"));
  EXPECT_THAT(t.fact(a.last_sign_in[0]), HasSubstr("(sign_in_attributes)"));
  EXPECT_THAT(t.fact(a.password_changed[0]), HasSubstr("(password_changed_attribute)"));
  EXPECT_THAT(t.fact(a.locked[0]), StartsWith("unknown: "));
}

TEST(GenericAccount, IsEnabledByTheConfiguredValueAlone) {
  ProfileOptions o = generic();
  o.generic.enabled_when = {"accountStatus=active", "accountStatus=probation"};
  EXPECT_EQ(enabled(o, "accountStatus: Active\n"), "yes: accountStatus=active");
  EXPECT_EQ(enabled(o, "accountStatus: probation\n"), "yes: accountStatus=probation");
  EXPECT_EQ(enabled(o, "accountStatus: gone\n"), "no: accountStatus is not probation");
  EXPECT_THAT(enabled(o, ""), StartsWith("unknown: accountStatus was not delivered"));
}

TEST(GenericAccount, IsDisabledByTheConfiguredValue) {
  ProfileOptions o = generic();
  o.disabled_when = {"inetUserStatus=inactive"};
  EXPECT_EQ(enabled(o, "inetUserStatus: inactive\n"), "no: inetUserStatus=inactive");
  EXPECT_EQ(enabled(o, "", "inetUserStatus: inactive\n"), "yes: nothing of disabled_when holds");
  EXPECT_THAT(enabled(o, ""), StartsWith("unknown: no account shows inetUserStatus"))
      << "a hidden attribute must not mean enabled for certain, nor a typo";
}

TEST(GenericAccount, ReadsTheTimesThatAreNamed) {
  ProfileOptions o = generic();
  o.generic.expires = "endOfAccess";
  o.generic.password_changed = "pwSet";
  o.sign_in_attributes = {"seen"};
  Tree t(o);
  t.read(person("jane", "endOfAccess: 20270101000000Z\npwSet: 20260101000000Z\nseen: 20260501000000Z\n"))
      .read(person("john"))
      .finish();
  const model::Accounts& a = t.harvest.accounts;
  EXPECT_EQ(t.fact(a.expires[0]), "2027-01-01T00:00:00Z");
  EXPECT_EQ(t.fact(a.password_changed[0]), "2026-01-01T00:00:00Z");
  EXPECT_EQ(t.fact(a.last_sign_in[0]), "2026-05-01T00:00:00Z");
  EXPECT_EQ(t.fact(a.expires[1]), "never: no value of expires_attribute");
}

TEST(GenericAccount, WithoutAnyExpiryShownDoesNotNeverExpire) {
  ProfileOptions o = generic();
  o.generic.expires = "endOfAccess";
  Tree t(o);
  t.read(person("jane")).finish();
  EXPECT_THAT(t.fact(t.harvest.accounts.expires[0]), StartsWith("unknown: no account shows endOfAccess"));
}

TEST(GenericAccount, GoesByTheNamesOfTheSite) {
  ProfileOptions o = generic();
  o.login_attribute = "acmeLogin";
  o.generic.id = "acmeId";
  o.generic.mail = "acmeMail";
  Tree t(o);
  t.read(person("jane", "acmeLogin: j.doe\nacmeId: 4711\nacmeMail: jane@example.test\nmail: other@example.test\n"))
      .finish();
  const model::Accounts& a = t.harvest.accounts;
  EXPECT_EQ(t.view(a.login[0]), "j.doe");
  EXPECT_EQ(t.view(a.native_id[0]), "4711");
  EXPECT_EQ(t.view(a.mail[0]), "jane@example.test");
}

TEST(GenericGroups, HaveTheMembersOfTheConfiguredAttribute) {
  ProfileOptions o = generic();
  o.generic.members = {"acmeMember"};
  Tree t(o);
  t.read(person("jane")).read(person("john")).read(person("mia"));
  t.read(
       "dn: cn=admins,dc=example,dc=test\nobjectClass: groupOfNames\ncn: admins\n"
       "acmeMember: uid=jane,dc=example,dc=test\nacmeMember: john\nmember: uid=mia,dc=example,dc=test\n\n")
      .finish();
  EXPECT_EQ(t.groups_of("jane"), "admins");
  EXPECT_EQ(t.groups_of("john"), "admins") << "a login";
  EXPECT_EQ(t.groups_of("mia"), "") << "member is not configured";
}

TEST(GenericSettings, NameNoMoreMembersThanAreWatched) {
  ProfileOptions o = generic();
  o.generic.members.assign(30, "acmeMember");
  EXPECT_TRUE(Profile::create(o, {}));
  o.generic.members.emplace_back("acmeMember");
  const auto refused = Profile::create(o, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "member_attributes: 31 are named, and 30 are the most");
}

TEST(GenericSettings, NeverNameAPassword) {
  const auto refusal = [](auto&& change) {
    ProfileOptions o = generic();
    change(o);
    const auto made = Profile::create(o, *base::parse_instant("2026-06-01T00:00:00Z"));
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_THAT(refusal([](ProfileOptions& o) { o.generic.id = "userPassword"; }), HasSubstr("passwords are never read"));
  EXPECT_THAT(refusal([](ProfileOptions& o) { o.generic.enabled_when = {"userPassword=*"}; }),
              HasSubstr("passwords are never read"));
  EXPECT_THAT(refusal([](ProfileOptions& o) { o.generic.enabled_when = {"active"}; }),
              HasSubstr("expected attribute=value"));
}

}  // namespace
}  // namespace tally::directory
