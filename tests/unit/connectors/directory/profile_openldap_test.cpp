// What OpenLDAP's attributes mean, one sentence of openldap.h after the other.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

ProfileOptions ldap() {
  ProfileOptions options;
  options.bases = {"dc=example,dc=test"};
  return options;
}

std::string person(std::string_view uid, std::string_view more) {
  return fmt::format(
      "dn: uid={0},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\n"
      "createTimestamp: 20260101000000Z\n{1}\n",
      uid, more);
}

std::string group(std::string_view cn, std::string_view more) {
  return fmt::format("dn: cn={0},ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: {0}\n{1}\n", cn, more);
}

std::string enabled(std::string_view attributes, std::vector<std::string> disabled_when = {}) {
  ProfileOptions options = ldap();
  options.disabled_when = std::move(disabled_when);
  Tree t(options);
  t.read(person("jane", attributes)).finish();
  return t.fact(t.harvest.accounts.enabled[0]);
}

constexpr const char* kDefault = "cn=p0,dc=example,dc=test";

/// Locked for good, among policies p0, p1 … with that pwdLockout, of which p0 is the default.
std::string lock_for_good(std::string_view attributes, const std::vector<std::string>& policies,
                          const char* by_default = kDefault) {
  ProfileOptions options = ldap();
  options.default_password_policy = by_default;
  Tree t(options);
  t.read(person("jane", fmt::format("pwdAccountLockedTime: 000001010000Z\n{}", attributes)));
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const std::string lockout = policies[i].empty() ? "" : fmt::format("pwdLockout: {}\n", policies[i]);
    t.read(fmt::format("dn: cn=p{},dc=example,dc=test\nobjectClass: pwdPolicy\n{}\n", i, lockout));
  }
  t.finish();
  return t.fact(t.harvest.accounts.enabled[0]);
}

TEST(LdapAccount, IsDisabledWhenLockedForGood) {
  EXPECT_EQ(enabled(""), "yes: no pwdAccountLockedTime");
  EXPECT_EQ(lock_for_good("", {"TRUE"}), "no: pwdAccountLockedTime=000001010000Z");
  EXPECT_EQ(lock_for_good("pwdPolicySubentry: CN=p1,dc=example,dc=test\n", {"FALSE", "TRUE"}),
            "no: pwdAccountLockedTime=000001010000Z");
  EXPECT_EQ(lock_for_good("pwdPolicySubentry: CN=p0,dc=example,dc=test\n", {"TRUE"}, "none"),
            "no: pwdAccountLockedTime=000001010000Z");
}

TEST(LdapAccount, StaysEnabledWhereThePolicyInForceLocksNobodyOut) {  // slapo-ppolicy(5), pwdLockout
  const std::string ignored =
      "yes: the password policy in force has no pwdLockout=TRUE: pwdAccountLockedTime is ignored";
  EXPECT_EQ(lock_for_good("", {"FALSE"}), ignored);
  EXPECT_EQ(lock_for_good("", {""}), ignored);
  EXPECT_EQ(lock_for_good("", {"FALSE", "TRUE"}), ignored) << "another policy is not the default";
  EXPECT_EQ(lock_for_good("pwdPolicySubentry: cn=p0,dc=example,dc=test\n", {"FALSE", "TRUE"}), ignored);
}

TEST(LdapAccount, StaysEnabledWhereNoPolicyIsInForce) {
  EXPECT_EQ(lock_for_good("", {"TRUE"}, "none"),
            "yes: no password policy is in force: pwdAccountLockedTime is ignored");
  EXPECT_EQ(lock_for_good("pwdPolicySubentry:\n", {"TRUE"}),
            "yes: no password policy is in force: pwdAccountLockedTime is ignored");
}

TEST(LdapAccount, IsUnknownWhereNobodyCanSayWhetherTheLockCounts) {
  const std::string counts = "unknown: pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE: ";
  const std::string not_told =
      "cn=config was not read; let the account read it (see tallystick doctor), or set default_password_policy";
  EXPECT_EQ(lock_for_good("", {"TRUE"}, ""), counts + not_told) << "one policy, of whom nobody knows";
  EXPECT_EQ(lock_for_good("pwdPolicySubentry: cn=p0,dc=example,dc=test\n", {"TRUE"}, ""), counts + not_told)
      << "the overlay may not be on that database";
  EXPECT_EQ(lock_for_good("", {}), counts + "the one in force was not seen: cn=p0,dc=example,dc=test");
  EXPECT_EQ(lock_for_good("pwdPolicySubentry: cn=elsewhere,dc=test\n", {"TRUE"}),
            counts + "the one in force was not seen: cn=elsewhere,dc=test");
  EXPECT_EQ(enabled("pwdAccountLockedTime: 000001010000Z\n", {"pwdAccountLockedTime=000001010000Z"}),
            "no: pwdAccountLockedTime=000001010000Z");
}

TEST(LdapAccount, LockedForGoodMayHaveOtherReasonsToBeDisabled) {
  EXPECT_EQ(lock_for_good("pwdStartTime: 20260701000000Z\n", {"FALSE"}), "no: pwdStartTime=20260701000000Z");
  EXPECT_EQ(lock_for_good("pwdStartTime: soon\n", {"TRUE"}), "no: pwdAccountLockedTime=000001010000Z");
  EXPECT_EQ(lock_for_good("pwdStartTime: soon\n", {"FALSE"}), "unknown: pwdStartTime has a value that cannot be read");
}

TEST(LdapAccount, StaysEnabledDuringALockout) {
  EXPECT_EQ(enabled("pwdAccountLockedTime: 20260531235900Z\n"), "yes: pwdAccountLockedTime is a lockout for a time");
  EXPECT_EQ(enabled("pwdAccountLockedTime: whenever\n"),
            "unknown: pwdAccountLockedTime has a value that cannot be read");
}

struct Told {
  std::string enabled, expires;  ///< of jane
  std::size_t accounts = 0;
  std::vector<std::string> notes;
};

/// Under the policies that the text holds, with that default.
Told under(std::string_view attributes, const char* by_default, std::string_view policies) {
  ProfileOptions options = ldap();
  options.default_password_policy = by_default;
  Tree t(options);
  t.read(person("jane", attributes)).read(policies).finish();
  const model::Accounts& accounts = t.harvest.accounts;
  return {t.fact(accounts.enabled[0]), t.fact(accounts.expires[0]), accounts.size(), t.harvest.source.notes};
}

constexpr const char* kPolicy = "dn: cn=p0,dc=example,dc=test\nobjectClass: pwdPolicy\npwdLockout: FALSE\n\n";

TEST(LdapAccount, IsNotEnabledBeforeItsStartUnderAnyPolicy) {
  const auto starts = [](const char* at, const char* by_default) {
    return under(fmt::format("pwdStartTime: {}\n", at), by_default, kPolicy).enabled;
  };
  EXPECT_EQ(starts("20260701000000Z", kDefault), "no: pwdStartTime=20260701000000Z");
  EXPECT_EQ(starts("20260501000000Z", kDefault), "yes: no pwdAccountLockedTime");
  EXPECT_EQ(starts("20260701000000Z", "none"), "yes: no password policy is in force: pwdStartTime is ignored");
  EXPECT_THAT(starts("20260701000000Z", ""),
              testing::StartsWith("unknown: pwdStartTime counts only under a password policy: cn=config was not read"));
}

TEST(LdapPolicy, OfClassPersonIsNoAccountUnlessItLooksLikeOne) {
  const auto accounts = [](std::string_view more) {
    const Told t =
        under("pwdAccountLockedTime: 000001010000Z\n", kDefault,
              fmt::format("dn: cn=p0,dc=example,dc=test\nobjectClass: person\nobjectClass: pwdPolicy\ncn: p0\n"
                          "sn: x\npwdLockout: TRUE\n{}\n",
                          more));
    EXPECT_EQ(t.enabled, "no: pwdAccountLockedTime=000001010000Z");
    const std::vector<std::string> told = {
        "password-policies: in force by default, as configured: " + std::string(kDefault),
        "password-policies: 1 entries of class person are policies and count as no "
        "accounts"};
    EXPECT_EQ(t.notes == told, t.accounts == 1);
    return t.accounts;
  };
  EXPECT_EQ(accounts(""), 1U) << "jane alone";
  EXPECT_EQ(accounts("objectClass: pwdPolicyChecker\n"), 1U);
  for (const char* sign : {"objectClass: inetOrgPerson", "objectClass: acmeUser", "uid: p0", "mail: p0@x.test",
                           "pwdChangedTime: 20260101000000Z", "authTimestamp: 20260101000000Z", "employeeNumber: 7",
                           "userPassword: {SSHA}x"})
    EXPECT_EQ(accounts(std::string(sign) + "\n"), 2U) << sign;
}

TEST(LdapAccount, IsDisabledByTheSitesOwnPredicates) {
  EXPECT_EQ(enabled("loginShell: /sbin/nologin\n"), "yes: no pwdAccountLockedTime");
  EXPECT_EQ(enabled("loginShell: /sbin/nologin\n", {"loginShell=/sbin/nologin"}), "no: loginShell=/sbin/nologin");
  EXPECT_EQ(enabled("accountStatus: DISABLED\n", {"loginShell=/bin/false", "accountStatus=disabled"}),
            "no: accountStatus=disabled");
  EXPECT_EQ(enabled("leftOn: 2020\n", {"leftOn=*"}), "no: leftOn=(present)");
  EXPECT_EQ(enabled("", {"leftOn=*"}), "yes: no pwdAccountLockedTime");
}

TEST(LdapAccount, IsUnknownInAnExportWithoutOperationalAttributes) {
  Tree t(ldap());
  t.read("dn: uid=jane,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: jane\n\n").finish();
  EXPECT_EQ(t.harvest.accounts.enabled[0].value, model::Truth::unknown);
  EXPECT_EQ(t.harvest.accounts.locked[0].value, model::Truth::unknown);
  EXPECT_EQ(t.harvest.accounts.expires[0].state, model::TimeState::unknown);
  EXPECT_EQ(t.harvest.accounts.flags_known[0], 0);
}

std::string locked(std::string_view policy_name, std::string_view policy) {
  ProfileOptions options = ldap();
  if (!policy_name.empty()) options.default_password_policy = "none";
  Tree t(options);
  t.read(person("jane", fmt::format("pwdAccountLockedTime: 20260531235000Z\n{}", policy_name)));
  t.read(fmt::format("dn: cn=default,ou=policies,dc=example,dc=test\nobjectClass: pwdPolicy\n{}\n", policy)).finish();
  return t.fact(t.harvest.accounts.locked[0]);
}

TEST(LdapLockout, LastsAsLongAsThePolicySays) {  // locked ten minutes before the collection
  const std::string named = "pwdPolicySubentry: cn=default,ou=policies,dc=example,dc=test\n";
  EXPECT_EQ(locked(named, "pwdLockout: TRUE\npwdLockoutDuration: 599\n"),
            "no: pwdAccountLockedTime and the policy's pwdLockoutDuration");
  EXPECT_EQ(locked(named, "pwdLockout: TRUE\npwdLockoutDuration: 601\n"),
            "yes: pwdAccountLockedTime and the policy's pwdLockoutDuration");
  EXPECT_EQ(locked(named, "pwdLockout: TRUE\npwdLockoutDuration: 0\n"),
            "yes: pwdAccountLockedTime, until somebody unlocks (no pwdLockoutDuration)");
  EXPECT_EQ(locked(named, "pwdLockout: TRUE\n"),
            "yes: pwdAccountLockedTime, until somebody unlocks (no pwdLockoutDuration)");
  EXPECT_EQ(locked(named, "pwdLockout: FALSE\npwdLockoutDuration: 601\n"),
            "no: the password policy in force has no pwdLockout=TRUE: pwdAccountLockedTime is ignored");
  EXPECT_EQ(locked("pwdPolicySubentry:\n", "pwdLockout: TRUE\n"),
            "no: no password policy is in force: pwdAccountLockedTime is ignored");
  EXPECT_EQ(locked("", "pwdLockout: TRUE\npwdLockoutDuration: 601\n"),
            "unknown: pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE: cn=config was not "
            "read; let the account read it (see tallystick doctor), or set default_password_policy");
}

std::string expires(std::string_view attributes, const char* by_default = kDefault) {
  return under(attributes, by_default, kPolicy).expires;
}

TEST(LdapExpiry, ByPwdEndTimeNeedsAPolicyInForce) {  // shadowExpire 20819: 2027-01-01
  EXPECT_EQ(expires("pwdEndTime: 20230101000000Z\n"), "2023-01-01T00:00:00Z") << "without pwdLockout, too";
  EXPECT_EQ(expires("pwdEndTime: 20230101000000Z\n", "none"),
            "never: no password policy is in force: pwdEndTime is ignored");
  EXPECT_EQ(expires("pwdEndTime: 20260701000000Z\nshadowExpire: 20819\n", "none"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(expires("pwdEndTime: 20280101000000Z\nshadowExpire: 20819\n", ""), "2027-01-01T00:00:00Z")
      << "comes first in any case";
  for (const char* end : {"20230101000000Z", "20270101000000Z"})
    EXPECT_THAT(expires(fmt::format("pwdEndTime: {}\n", end), ""),
                testing::StartsWith("unknown: pwdEndTime counts only under a password policy: cn=config was not read"));
}

TEST(LdapExpiry, BeforeThereWasUnixIsNotReadBySlapd) {  // 2.5.13 lets such an account bind
  EXPECT_EQ(expires("pwdEndTime: 19600101000000Z\n"), "unknown: pwdEndTime before 1970: slapd does not look at it");
}

TEST(LdapExpiry, IsTheEarlierOfTwoDates) {
  EXPECT_EQ(expires(""), "never: no pwdEndTime, no shadowExpire");
  EXPECT_EQ(expires("pwdEndTime: 20270101000000Z\n"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(expires("shadowExpire: 20819\n"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(expires("shadowExpire: 20819\npwdEndTime: 20280101000000Z\n"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(expires("shadowExpire: 19723\npwdEndTime: 20230101000000Z\n"), "2023-01-01T00:00:00Z");
  EXPECT_EQ(expires("shadowExpire: -1\n"), "never: shadowExpire=-1");
  EXPECT_EQ(expires("shadowExpire: 0\n"), "unknown: shadowExpire=0 is read as never by some and as 1970 by others");
  EXPECT_EQ(expires("shadowExpire: x\n"), "unknown: shadowExpire has a value that cannot be read");
}

TEST(LdapExpiry, OfShadowAloneKeepsNobodyFromBinding) {  // 19723 days: 2024-01-01
  const std::string unix_alone = "unknown: shadowExpire keeps out Unix hosts alone, not LDAP binds";
  EXPECT_EQ(expires("shadowExpire: 19723\n"), unix_alone);
  EXPECT_EQ(expires("shadowExpire: 20605\n"), unix_alone) << "2026-06-01, the moment of the collection";
  EXPECT_EQ(expires("shadowExpire: 20606\n"), "2026-06-02T00:00:00Z");
  EXPECT_EQ(expires("shadowExpire: 19723\npwdEndTime: 20270101000000Z\n"), unix_alone);
  EXPECT_EQ(expires("shadowExpire: 19723\npwdEndTime: 20250101000000Z\n"), "2025-01-01T00:00:00Z");
}

std::string sign_in(std::string_view attributes, std::optional<std::string_view> since, bool others = true) {
  ProfileOptions options = ldap();
  if (since) options.sign_ins_recorded_since = base::parse_instant(*since);
  Tree t(options);
  t.read(person("jane", attributes));
  if (others) t.read(person("john", "authTimestamp: 20260301000000Z\n"));
  t.finish();
  return t.fact(t.harvest.accounts.last_sign_in[0]);
}

TEST(LdapSignIn, IsExactAndTheLatestOfTheAttributes) {
  EXPECT_EQ(sign_in("authTimestamp: 20260201000000Z\n", {}), "2026-02-01T00:00:00Z");
  EXPECT_EQ(sign_in("authTimestamp: 20260201000000Z\npwdLastSuccess: 20260301000000.5Z\n", {}),
            "2026-03-01T00:00:00.5Z");
  EXPECT_EQ(sign_in("authTimestamp: 20260401000000Z\npwdLastSuccess: 20260301000000Z\n", {}), "2026-04-01T00:00:00Z");
}

TEST(LdapSignIn, IsNeverOnlyWhenRecordingBeganBeforeTheAccount) {
  EXPECT_EQ(sign_in("", "2025-06-01T00:00:00Z"), "never: no sign-in recorded since the account was created");
  EXPECT_EQ(sign_in("", "2026-01-01T00:00:00Z"), "never: no sign-in recorded since the account was created");
  EXPECT_EQ(sign_in("", "2026-02-01T00:00:00Z"), "between 2026-01-01T00:00:00Z and 2026-02-01T00:00:00Z");
  EXPECT_TRUE(sign_in("", {}).starts_with("unknown: no sign-in recorded"));
  EXPECT_EQ(sign_in("", "2025-06-01T00:00:00Z", false),
            "unknown: no account shows a sign-in: this directory does not record them, or hides them");
}

TEST(LdapAccount, KindComesFromItsClasses) {
  Tree t(ldap());
  t.read(person("jane", ""));
  t.read("dn: uid=backup,dc=example,dc=test\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: backup\n\n")
      .finish();
  EXPECT_EQ(t.harvest.accounts.kind[0], model::AccountKind::user);
  EXPECT_EQ(t.harvest.accounts.kind[1], model::AccountKind::service);
}

TEST(LdapAccount, OfAServiceWithoutAUidGoesByItsCn) {
  Tree t(ldap());
  t.read(
       "dn: cn=reader,dc=example,dc=test\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
       "cn: reader\n\n")
      .finish();
  EXPECT_EQ(t.view(t.harvest.accounts.login[0]), "reader");
}

TEST(LdapAccount, OfAnUnknownClassIsNotOverlooked) {
  Tree t(ldap());
  t.read("dn: uid=x,dc=example,dc=test\nobjectClass: acmePerson\nuid: x\n\n");
  t.read("dn: cn=g,dc=example,dc=test\nobjectClass: acmeGroup\nmember: uid=x,dc=example,dc=test\n\n").finish();
  EXPECT_EQ(t.coverage().rejects_total, 2U);
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
  ProfileOptions options = ldap();
  options.account_filter = "(&(objectClass=acmePerson)(!(uid=test*)))";
  Tree named(options);
  named.read("dn: uid=x,dc=example,dc=test\nobjectClass: acmePerson\nuid: x\n\n");
  named.read("dn: uid=test1,dc=example,dc=test\nobjectClass: acmePerson\nuid: test1\n\n").finish();
  EXPECT_EQ(named.harvest.accounts.size(), 1U);
  EXPECT_EQ(named.coverage().state, model::CoverageState::complete);
}

TEST(LdapGroups, CountMembersByDnByNameAndByNumber) {
  Tree t(ldap());
  t.read(group(
      "sales",
      "member: UID=Jane, ou=People,dc=example,dc=test\nmember: cn=nobody\nmember: uid=gone,dc=example,dc=test\n"));
  t.read(
      "dn: cn=unix,dc=example,dc=test\nobjectClass: posixGroup\ncn: unix\ngidNumber: 100\nmemberUid: jane\nmemberUid: "
      "root\n\n");
  t.read(
      "dn: cn=unique,dc=example,dc=test\nobjectClass: groupOfUniqueNames\ncn: unique\n"
      "uniqueMember: uid=john,ou=people,dc=example,dc=test#'0101'B\n\n");
  t.read(person("jane", "gidNumber: 5000\n")).read(person("john", "gidNumber: 100\n")).finish();
  EXPECT_EQ(t.groups_of("jane"), "sales unix");
  EXPECT_EQ(t.groups_of("john"), "unix unique");
  EXPECT_EQ(t.harvest.accounts.primary_group[1].index(), t.group("unix"));
  EXPECT_FALSE(t.harvest.accounts.primary_group[0].valid());
  EXPECT_EQ(t.view(t.harvest.accounts.primary_group_basis[0]), "gidNumber=5000: no group with that number was seen");
  EXPECT_EQ(t.harvest.groups.unresolved_members[t.group("sales")], 2U);
  EXPECT_EQ(t.harvest.groups.unresolved_members[t.group("unix")], 1U);
  EXPECT_EQ(t.left.in_bases, std::vector<std::string>{"uid=gone,dc=example,dc=test"});
  EXPECT_EQ(t.left.outside_total, 1U);
  EXPECT_EQ(t.harvest.foreign_members.size(), 1U) << "who would have to be here is nobody of another directory";
}

TEST(LdapGroups, ComputedByTheServerHaveUnknownMembers) {
  Tree t(ldap());
  t.read(
      "dn: cn=dyn,dc=example,dc=test\nobjectClass: groupOfURLs\ncn: dyn\nmemberURL: "
      "ldap:///dc=example,dc=test??sub?(uid=*)\n\n");
  t.finish();
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[0]),
            "a dynamic group: its members are computed from memberURL by the server");
}

TEST(PrivilegedGroups, AreFoundByDnAndByName) {
  ProfileOptions options = ldap();
  options.privileged_groups = {{"CN=Admins, ou=groups,dc=example,dc=test", model::Tier::tier0},
                               {"SALES", model::Tier::tier1}};
  Tree t(options);
  t.read(group("admins", "")).read(group("sales", "")).finish();
  EXPECT_EQ(t.harvest.groups.tier[0], model::Tier::tier0);
  EXPECT_EQ(t.harvest.groups.tier[1], model::Tier::tier1);
  EXPECT_EQ(t.view(t.harvest.groups.tier_basis[0]), "named in privileged_groups");
  EXPECT_EQ(t.coverage().state, model::CoverageState::complete);
}

TEST(PrivilegedGroups, ThatMatchNothingAreNotPassedOver) {
  ProfileOptions options = ldap();
  options.privileged_groups = {{"admin", model::Tier::tier0}};
  Tree t(options);
  t.read(group("admins", "")).finish();
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
  EXPECT_EQ(t.coverage().gaps[0].kind, model::Gap::Kind::hidden);
}

TEST(Values, ThatAreNotUtf8AreRejectedAndShownSafely) {
  Tree t(ldap());
  t.read(person("jane", "mail:: /2Fi\n")).finish();  // FF 61 62
  EXPECT_EQ(t.view(t.harvest.accounts.mail[0]), "\\xFFab");
  ASSERT_EQ(t.coverage().rejects_total, 1U);
  EXPECT_EQ(t.coverage().rejects[0].column, "mail");
  EXPECT_FALSE(t.coverage().rejects[0].whole_record);
}

TEST(Values, WithControlCharactersStayAsTheyCame) {
  Tree t(ldap());
  t.read(person("jane", "displayName:: QRtbMzFtQg==\n")).finish();  // A ESC [31m B
  EXPECT_EQ(t.view(t.harvest.accounts.display_name[0]), "A\x1b[31mB");
  EXPECT_EQ(t.coverage().rejects_total, 0U);
}

}  // namespace
}  // namespace tally::directory
