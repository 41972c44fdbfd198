// What Active Directory's attributes mean, one sentence of active_directory.h after the other.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

ProfileOptions ad() {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp,DC=example"};
  options.employee_number_attribute = "employeeID";
  return options;
}

/// 2026-05-01T00:00:00Z is 1777593600 s after 1970: (1777593600 + 11644473600) * 10^7.
constexpr const char* kFirstOfMay = "134220672000000000";

std::string user(std::string_view login, std::string_view more, std::string_view control = "512") {
  const std::string uac = control.empty() ? "" : fmt::format("userAccountControl: {}\n", control);
  return fmt::format(
      "dn: CN={0},CN=Users,DC=corp,DC=example\nobjectClass: top\nobjectClass: user\nsAMAccountName: {0}\n{1}{2}\n",
      login, uac, more);
}

/// A group with a SID "S-1-5-21-1-2-3-<rid>" as text.
std::string group(std::string_view name, int rid, std::string_view more) {
  return fmt::format(
      "dn: CN={0},CN=Users,DC=corp,DC=example\nobjectClass: group\nsAMAccountName: {0}\n"
      "objectSid: S-1-5-21-1-2-3-{1}\n{2}\n",
      name, rid, more);
}

std::string enabled(std::string_view control) {
  Tree t(ad());
  t.read(user("jane", "", control)).finish();
  return t.fact(t.harvest.accounts.enabled[0]);
}

TEST(AdAccount, IsEnabledUnlessBitTwoIsSet) {
  EXPECT_EQ(enabled("512"), "yes: userAccountControl=512");
  EXPECT_EQ(enabled("514"), "no: userAccountControl=514");
  EXPECT_EQ(enabled("66050"), "no: userAccountControl=66050");
}

TEST(AdAccount, IsNotAssumedEnabledWhenTheControlIsMissingOrBroken) {
  EXPECT_EQ(enabled(""), "unknown: userAccountControl was not delivered: not set, or not readable");
  EXPECT_EQ(enabled("abc"), "unknown: userAccountControl has a value that cannot be read");
  Tree t(ad());
  t.read(user("jane", "", "abc")).finish();
  ASSERT_EQ(t.coverage().rejects_total, 1U);
  EXPECT_EQ(t.coverage().rejects[0].column, "userAccountControl");
  EXPECT_EQ(t.coverage().rejects[0].line, 1U);
  EXPECT_FALSE(t.coverage().rejects[0].whole_record);
  EXPECT_EQ(t.harvest.accounts.flags_known[0], 0);
}

TEST(AdAccount, KindComesFromItsClass) {
  Tree t(ad());
  t.read(user("jane", "")).read(user("pc1$", "objectClass: computer\n", "4096"));
  t.read(user("gmsa$", "objectClass: computer\nobjectClass: msDS-GroupManagedServiceAccount\n", "4096"));
  t.read(user("TRUST$", "", "2080")).finish();
  EXPECT_EQ(t.harvest.accounts.kind[0], model::AccountKind::user);
  EXPECT_EQ(t.harvest.accounts.kind[1], model::AccountKind::computer);
  EXPECT_EQ(t.harvest.accounts.kind[2], model::AccountKind::managed_service);
  EXPECT_EQ(t.harvest.accounts.kind[3], model::AccountKind::trust);
}

std::string expires(std::string_view value) {
  Tree t(ad());
  t.read(user("jane", value.empty() ? "" : fmt::format("accountExpires: {}\n", value))).finish();
  return t.fact(t.harvest.accounts.expires[0]);
}

TEST(AdAccount, ExpiryHasTwoWaysToSayNever) {
  EXPECT_EQ(expires("0"), "never: accountExpires=0");
  EXPECT_EQ(expires("9223372036854775807"), "never: accountExpires=9223372036854775807");
  EXPECT_EQ(expires(kFirstOfMay), "2026-05-01T00:00:00Z");
  EXPECT_EQ(expires(""), "unknown: accountExpires was not delivered: not set, or not readable");
  EXPECT_EQ(expires("-5"), "unknown: accountExpires has a value that cannot be read");
  EXPECT_EQ(expires("soon"), "unknown: accountExpires has a value that cannot be read");
}

std::string sign_in(std::string_view attributes) {
  Tree t(ad());
  t.read(user("other", fmt::format("lastLogonTimestamp: {}\n", kFirstOfMay))).read(user("jane", attributes)).finish();
  return t.fact(t.harvest.accounts.last_sign_in[1]);
}

TEST(AdSignIn, LiesWithinTheSyncIntervalAfterTheTimestamp) {
  EXPECT_EQ(sign_in("lastLogonTimestamp: 134220672000000000\n"),
            "between 2026-05-01T00:00:00Z and 2026-05-15T00:00:00Z");
}

TEST(AdSignIn, IsNotAfterTheCollection) {
  // 25 days later: 2026-05-26; two weeks more would be in June
  EXPECT_EQ(sign_in("lastLogonTimestamp: 134242272000000000\n"),
            "between 2026-05-26T00:00:00Z and 2026-06-01T00:00:00Z");
}

TEST(AdSignIn, IsAnyTimeSinceWhereTheIntervalIsZero) {  // the attribute is not written any more
  ProfileOptions options = ad();
  options.logon_time_sync_days = 0;
  Tree t(options);
  t.read(user("jane", fmt::format("lastLogonTimestamp: {}\n", kFirstOfMay))).finish();
  EXPECT_EQ(t.fact(t.harvest.accounts.last_sign_in[0]), "between 2026-05-01T00:00:00Z and 2026-06-01T00:00:00Z");
}

TEST(AdSignIn, IsRaisedByWhatThisServerSaw) {
  EXPECT_EQ(sign_in("lastLogonTimestamp: 134220672000000000\nlastLogon: 134221536000000000\n"),  // a day later
            "between 2026-05-02T00:00:00Z and 2026-05-15T00:00:00Z");
  EXPECT_EQ(sign_in("lastLogon: 134220672000000000\n"), "between 2026-05-01T00:00:00Z and 2026-06-01T00:00:00Z");
}

TEST(AdSignIn, IsNeverOnlyWhereOthersShowOne) {
  EXPECT_EQ(sign_in("lastLogon: 0\n"), "never: no lastLogonTimestamp, which other accounts here show");
  Tree t(ad());
  t.read(user("jane", "")).read(user("john", "lastLogon: 0\n")).finish();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(t.harvest.accounts.last_sign_in[static_cast<std::size_t>(i)].state, model::TimeState::unknown);
}

TEST(AdSignIn, IsUnknownWhereTheAccountItselfCannotBeRead) {
  Tree t(ad());
  t.read(user("other", "lastLogonTimestamp: 134220672000000000\n")).read(user("jane", "", "")).finish();
  EXPECT_EQ(t.harvest.accounts.last_sign_in[1].state, model::TimeState::unknown);
  ProfileOptions options = ad();
  options.disabled_when = {"title=gone"};  // tells "disabled", not what may be read
  Tree named(options);
  named.read(user("other", "lastLogonTimestamp: 134220672000000000\n"))
      .read(user("jane", "title: gone\n", ""))
      .finish();
  EXPECT_EQ(named.harvest.accounts.enabled[1].value, model::Truth::no);
  EXPECT_EQ(named.harvest.accounts.last_sign_in[1].state, model::TimeState::unknown);
  EXPECT_EQ(sign_in("lastLogonTimestamp: yesterday\n"),
            "unknown: lastLogonTimestamp or lastLogon has a value that cannot be read");
}

TEST(AdPassword, ZeroMeansMustChange) {
  Tree t(ad());
  t.read(user("jane", "pwdLastSet: 0\n")).read(user("john", "pwdLastSet: 134220672000000000\n")).finish();
  EXPECT_EQ(t.harvest.accounts.flags[0] & model::kMustChangePassword, model::kMustChangePassword);
  EXPECT_EQ(t.harvest.accounts.password_changed[0].state, model::TimeState::unknown);
  EXPECT_EQ(t.harvest.accounts.flags[1] & model::kMustChangePassword, 0);
  EXPECT_EQ(t.fact(t.harvest.accounts.password_changed[1]), "2026-05-01T00:00:00Z");
}

std::string locked(std::string_view attributes, std::string_view policy) {
  Tree t(ad());
  t.read(user("jane", attributes));
  if (!policy.empty())
    t.read(
        fmt::format("dn: DC=corp,DC=example\nobjectClass: domainDNS\nlockoutDuration: {}\n\n"
                    "dn: CN=Password Settings Container,CN=System,DC=corp,DC=example\n"
                    "objectClass: msDS-PasswordSettingsContainer\n\n",
                    policy));
  t.finish();
  return t.fact(t.harvest.accounts.locked[0]);
}

TEST(AdLockout, FollowsTheComputedAttributeFirst) {
  EXPECT_EQ(locked("msDS-User-Account-Control-Computed: 16\nlockoutTime: 0\n", ""),
            "yes: msDS-User-Account-Control-Computed & 16=16");
  EXPECT_EQ(locked("msDS-User-Account-Control-Computed: 0\nlockoutTime: 134220672000000000\n", ""),
            "no: msDS-User-Account-Control-Computed & 16=0");
}

TEST(AdLockout, EndsAfterTheDomainsDuration) {
  EXPECT_EQ(locked("", "-18000000000"), "no: no lockoutTime");
  EXPECT_EQ(locked("lockoutTime: 0\n", "-18000000000"), "no: lockoutTime=0");
  // locked on 1 May; 30 minutes are over on 1 June, 60 days (60 * 86400 * 10^7) are not
  EXPECT_EQ(locked("lockoutTime: 134220672000000000\n", "-18000000000"),
            "no: lockoutTime and the policy of the domain");
  EXPECT_EQ(locked("lockoutTime: 134220672000000000\n", "-51840000000000"),
            "yes: lockoutTime and the policy of the domain");
  EXPECT_EQ(locked("lockoutTime: 134220672000000000\n", "0"),
            "yes: lockoutTime, until somebody unlocks, and the policy of the domain");
  EXPECT_EQ(locked("lockoutTime: 134220672000000000\n", ""),
            "unknown: lockoutTime is set, and how long a lockout lasts was not read: the password policy of its domain "
            "was not "
            "read");
}

TEST(AdGroups, PrimaryGroupIsAMembership) {
  Tree t(ad());
  t.read(user("jane", "objectSid: S-1-5-21-1-2-3-1104\nprimaryGroupID: 512\n"));
  t.read(user("far", "objectSid: S-1-5-21-9-9-9-1104\nprimaryGroupID: 512\n"));
  t.read(group("Domain Admins", 512, ""))
      .read(group("Sales", 1200, "member: CN=jane,CN=Users,DC=corp,DC=example\n"))
      .finish();
  EXPECT_EQ(t.groups_of("jane"), "Domain Admins Sales");
  EXPECT_EQ(t.harvest.accounts.primary_group[0].index(), t.group("Domain Admins"));
  EXPECT_EQ(t.view(t.harvest.accounts.primary_group_basis[0]), "primaryGroupID=512");
  EXPECT_EQ(t.groups_of("far"), "");  // another domain's Domain Admins
  EXPECT_EQ(t.view(t.harvest.accounts.primary_group_basis[1]),
            "primaryGroupID=512: no group with the SID S-1-5-21-9-9-9-512 was seen");
  EXPECT_EQ(t.harvest.groups.tier[0], model::Tier::tier0);
  EXPECT_EQ(t.view(t.harvest.groups.tier_basis[0]), "S-1-5-21-1-2-3-512 is Domain Admins");
  EXPECT_EQ(t.harvest.groups.tier[1], model::Tier::none);
}

TEST(AdGroups, WithoutASidMayMeanPower) {
  Tree t(ad());
  t.read("dn: CN=X,DC=corp,DC=example\nobjectClass: group\nsAMAccountName: X\n\n").finish();
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
  EXPECT_EQ(t.coverage().gaps[0].kind, model::Gap::Kind::missing_column);
}

TEST(AdGroups, AuthenticatedUsersAsAMemberIsEverybody) {
  Tree t(ad());
  t.read(group("Sales", 1200,
               "member: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example\n"
               "member: CN=S-1-5-21-7-7-7-1000,CN=ForeignSecurityPrincipals,DC=corp,DC=example\n"))
      .finish();
  EXPECT_EQ(t.harvest.groups.unresolved_members[0], 2U);
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]),
            "Authenticated Users (S-1-5-11) is a member, and no directory lists who that is");
  EXPECT_EQ(t.harvest.groups.members_unlisted[0], 1);
  EXPECT_TRUE(t.left.in_bases.empty());
}

TEST(AdGroups, AWellKnownPrincipalOfTheConfigurationIsAPopulationToo) {
  Tree t(ad());
  t.read(group("Domain Admins", 512,
               "member: CN=Everyone,CN=WellKnown Security Principals,CN=Configuration,DC=corp,DC=example\n"))
      .finish();
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]), "Everyone is a member, and no directory lists who that is");
  EXPECT_EQ(t.harvest.groups.members_unlisted[0], 1);
  EXPECT_TRUE(t.left.in_bases.empty()) << "that there is such an entry would seem to explain it";
}

TEST(AdGroups, HandOverWhomAnotherDirectoryMayKnow) {
  Tree t(ad());
  t.read(group("Domain Admins", 512,
               "member: CN=S-1-5-21-7-7-7-1000,CN=ForeignSecurityPrincipals,DC=corp,DC=example\n"
               "member: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example\n"
               "member: CN=Jane,CN=Users,DC=child,DC=corp2\n"
               "member: CN=Gone,CN=Users,DC=corp,DC=example\n"))
      .finish();
  const model::ForeignMembers& f = t.harvest.foreign_members;
  ASSERT_EQ(f.size(), 2U) << "neither Authenticated Users nor who would have to be here";
  EXPECT_EQ(t.view(f.sid[0]), "S-1-5-21-7-7-7-1000");
  EXPECT_EQ(t.view(f.dn[0]), "CN=S-1-5-21-7-7-7-1000,CN=ForeignSecurityPrincipals,DC=corp,DC=example");
  EXPECT_EQ(t.view(f.sid[1]), "");
  EXPECT_EQ(t.view(f.dn[1]), "CN=Jane,CN=Users,DC=child,DC=corp2");
  EXPECT_EQ(f.group[1], model::GroupId(0));
  EXPECT_EQ(t.harvest.groups.unresolved_members[0], 4U);
}

TEST(AdGroups, AMemberMerelyCalledLikeASidStandsForNobodyElse) {
  Tree t(ad());
  t.read(group("Sales", 1200,
               "member: CN=S-1-5-21-7-7-7-512,OU=ForeignSecurityPrincipals,DC=other,DC=example\n"
               "member: CN=S-1-5-21-7-7-7-0512,CN=ForeignSecurityPrincipals,DC=other,DC=example\n"
               "member: OU=S-1-5-21-7-7-7-512,CN=ForeignSecurityPrincipals,DC=other,DC=example\n"))
      .finish();
  ASSERT_EQ(t.harvest.foreign_members.size(), 3U);
  for (const base::TextId sid : t.harvest.foreign_members.sid) EXPECT_EQ(t.view(sid), "");
}

std::string head(std::string_view classes) {
  return fmt::format("dn: DC=corp,DC=example\n{}objectSid: S-1-5-21-1-2-3\n\n", classes);
}

TEST(AdDomain, IsWhollyReadWhereItsHeadIs) {
  Tree t(ad());
  t.read(head("objectClass: domain\nobjectClass: domainDNS\n")).read(user("jane", "")).finish();
  EXPECT_EQ(t.harvest.source.domains, std::vector<std::string>{"S-1-5-21-1-2-3"});
}

TEST(AdDomain, IsNotWhollyReadByAFilterOfGroupsOrFromBelowItsHead) {
  ProfileOptions some = ad();
  some.group_filter = "(cn=Sales*)";
  Tree filtered(some);
  filtered.read(head("objectClass: domainDNS\n")).finish();
  EXPECT_TRUE(filtered.harvest.source.domains.empty());
  Tree below(ad());
  below.read(head("objectClass: organizationalUnit\n")).finish();
  EXPECT_TRUE(below.harvest.source.domains.empty());
}

TEST(AdGroups, HoldWhoeverSignsInInSomeWay) {
  for (const char* sid : {"S-1-5-1", "S-1-5-3", "S-1-5-6", "S-1-5-13", "S-1-5-14"}) {
    Tree t(ad());
    t.read(group("Sales", 1200, fmt::format("member: cn={},cn=foreignsecurityprincipals,DC=corp,DC=example\n", sid)))
        .finish();
    EXPECT_EQ(t.harvest.groups.members_unlisted[0], 1) << sid;
  }
}

TEST(AdGroups, AUserCalledLikeASidIsNoStranger) {
  const std::string admins = group("Domain Admins", 512,
                                   "member: CN=S-1-5-21-9-9-9-1000,OU=Staff,DC=corp,DC=example\n"
                                   "member: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example\n"
                                   "member: CN=S-1-5-21-9-9-9-1001,OU=Gone,DC=corp,DC=example\n");
  const std::string users =
      "dn: CN=S-1-5-21-9-9-9-1000,OU=Staff,DC=corp,DC=example\nobjectClass: user\nsAMAccountName: sly\n\n"
      "dn: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example\nobjectClass: user\nsAMAccountName: sly2\n\n";
  for (const bool group_first : {true, false}) {
    Tree t(ad());
    t.read(group_first ? admins + users : users + admins).finish();
    EXPECT_EQ(t.groups_of("sly"), "Domain Admins");
    EXPECT_EQ(t.groups_of("sly2"), "Domain Admins");
    EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]), "");
    EXPECT_EQ(t.left.in_bases, std::vector<std::string>{"CN=S-1-5-21-9-9-9-1001,OU=Gone,DC=corp,DC=example"});
  }
}

TEST(AdRange, LeavesTheGroupIncompleteUntilTheFinalOne) {
  Tree t(ad());
  t.read(group("Big", 1200,
               "member: \nmember;range=0-1: CN=a,CN=Users,DC=corp,DC=example\n"
               "member;range=0-1: CN=b,CN=Users,DC=corp,DC=example\n"));
  for (const char* login : {"a", "b", "c", "d", "e"}) t.read(user(login, ""));
  ASSERT_EQ(t.builder.open_ranges().size(), 1U);
  EXPECT_EQ(t.builder.open_ranges()[0].attribute, "member;range=2-*");
  EXPECT_EQ(t.builder.open_ranges()[0].dn, "CN=Big,CN=Users,DC=corp,DC=example");
  Entry answer;
  answer.start("CN=Big,CN=Users,DC=corp,DC=example");
  answer.attribute("Member;Range=2-3");
  answer.value("CN=c,CN=Users,DC=corp,DC=example");
  answer.value("CN=d,CN=Users,DC=corp,DC=example");
  EXPECT_EQ(t.builder.add_range(model::GroupId(0), answer), RangeStep::more);
  EXPECT_EQ(t.builder.open_ranges()[0].attribute, "member;range=4-*");
  answer.start("CN=Big,CN=Users,DC=corp,DC=example");
  answer.attribute("member;range=4-*");
  answer.value("CN=e,CN=Users,DC=corp,DC=example");
  EXPECT_EQ(t.builder.add_range(model::GroupId(0), answer), RangeStep::complete);
  EXPECT_TRUE(t.builder.open_ranges().empty());
  t.finish();
  for (const char* login : {"a", "b", "c", "d", "e"}) EXPECT_EQ(t.groups_of(login), "Big") << login;
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]), "");
  EXPECT_EQ(t.coverage().state, model::CoverageState::complete);
}

TEST(AdRange, ThatNeverEndsMakesTheCoveragePartial) {
  Tree t(ad());
  t.read(group("Big", 1200, "member;range=0-1: CN=a,CN=Users,DC=corp,DC=example\n")).finish();
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
  EXPECT_EQ(t.coverage().gaps[0].kind, model::Gap::Kind::range_cut);
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]), "only the first 2 values of member were delivered");
}

TEST(AdRange, AnAnswerToAnotherQuestionIsRefused) {
  for (const char* name : {"member;range=0-*", "member;range=5-*", "member;range=x", "member", "member;range=2-1"}) {
    Tree t(ad());
    t.read(group("Big", 1200, "member;range=0-1: CN=a,CN=Users,DC=corp,DC=example\n"));
    Entry answer;
    answer.start("CN=Big,CN=Users,DC=corp,DC=example");
    answer.attribute(name);
    answer.value("CN=c,CN=Users,DC=corp,DC=example");
    EXPECT_EQ(t.builder.add_range(model::GroupId(0), answer), RangeStep::refused) << name;
    EXPECT_TRUE(t.builder.open_ranges().empty());
    t.finish();
    EXPECT_EQ(t.coverage().state, model::CoverageState::partial) << name;
  }
}

TEST(AdQuery, AsksForAShortListInOneSearch) {
  Tree t(ad());
  EXPECT_EQ(t.profile->query().filter, "(|(objectClass=user)(objectClass=group))");
  EXPECT_LE(t.profile->query().attributes.size(), 36U);
  // Each of them is kilobytes an account; they count where an export has them.
  EXPECT_THAT(t.profile->query().attributes, testing::Not(testing::Contains("userCertificate")));
  EXPECT_THAT(t.profile->query().attributes, testing::Not(testing::Contains("msDS-KeyCredentialLink")));
  ProfileOptions bad = ad();
  bad.disabled_when = {"unicodePwd=*"};
  EXPECT_FALSE(Profile::create(bad, {}));
  bad.disabled_when = {"title"};
  EXPECT_FALSE(Profile::create(bad, {}));
}

}  // namespace
}  // namespace tally::directory
