// What the attributes of 389 Directory Server and FreeIPA mean, one sentence of ds389.h after the other. Facts are as
// of 2026-06-01T00:00:00Z.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/directory/ds389.h"
#include "connectors/directory/person_queries.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ProfileOptions ds389() {
  ProfileOptions options;
  options.dialect = Dialect::ds389;
  options.bases = {"dc=example,dc=test"};
  return options;
}

std::string person(std::string_view uid, std::string_view more) {
  return fmt::format(
      "dn: uid={0},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\n"
      "createTimestamp: 20260101000000Z\n{1}\n",
      uid, more);
}

/// One account of an export.
struct One : Tree {
  explicit One(std::string_view attributes, std::string_view others = "", ProfileOptions given = ds389())
      : Tree(std::move(given)) {
    read(person("jane", attributes)).read(others).finish();
  }
  std::string enabled() const { return fact(harvest.accounts.enabled[0]); }
  std::string locked() const { return fact(harvest.accounts.locked[0]); }
  std::string expires() const { return fact(harvest.accounts.expires[0]); }
  std::string changed() const { return fact(harvest.accounts.password_changed[0]); }
  std::string sign_in() const { return fact(harvest.accounts.last_sign_in[0]); }
  std::string must_change() const {
    if ((harvest.accounts.flags_known[0] & model::kMustChangePassword) == 0)
      return "unknown: " + std::string(view(harvest.accounts.flags_basis[0]));
    return (harvest.accounts.flags[0] & model::kMustChangePassword) != 0 ? "yes" : "no";
  }
};

TEST(Ds389Account, IsDisabledByNsAccountLock) {
  EXPECT_EQ(One("").enabled(), "yes: no nsAccountLock");
  EXPECT_EQ(One("nsAccountLock: true\n").enabled(), "no: nsAccountLock=true");
  EXPECT_EQ(One("nsaccountlock: TRUE\n").enabled(), "no: nsAccountLock=true");
  EXPECT_EQ(One("nsAccountLock: FALSE\n").enabled(), "yes: nsAccountLock=false");
  EXPECT_EQ(One("nsAccountLock: yes\n").enabled(), "unknown: nsAccountLock has a value that cannot be read");
  ProfileOptions site = ds389();
  site.disabled_when = {"employeeType=gone"};
  EXPECT_EQ(One("employeeType: Gone\n", "", site).enabled(), "no: employeeType=gone");
}

TEST(Ds389Account, OfAnExportWithoutOperationalAttributesIsUnknown) {
  Tree t(ds389());
  t.read("dn: uid=jane,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: jane\n").finish();
  EXPECT_THAT(t.fact(t.harvest.accounts.enabled[0]), StartsWith("unknown: no entry shows operational attributes"));
  EXPECT_THAT(t.fact(t.harvest.accounts.locked[0]), StartsWith("unknown: no entry shows operational attributes"));
  EXPECT_THAT(t.fact(t.harvest.accounts.expires[0]), StartsWith("unknown: no entry shows operational attributes"));
}

/// A server: an absence counts only when it was proven.
TEST(Ds389Account, OfAServerIsUnknownUntilTheAbsenceIsProven) {
  Tree t(ds389());
  t.profile->expect_proof();
  for (const char* uid : {"all", "none", "lock-alone"}) t.read(person(uid, ""));
  t.read(person("off", "nsAccountLock: true\n"));
  const std::vector<Absences> kinds = t.profile->absences(t.builder);
  ASSERT_EQ(kinds.front().kind, "accounts");
  ASSERT_THAT(kinds.front().unshown->attributes(),
              testing::ElementsAre("nsAccountLock", "accountUnlockTime", "krbPrincipalExpiration", "nsRole", "nsRoleDN",
                                   "uid", "uidNumber", "gidNumber"));
  const auto prove = [&](std::size_t which, const std::string& uid) {
    if (const auto row = kinds.front().row_of("uid=" + uid + ",ou=people,dc=example,dc=test"))
      kinds.front().unshown->absent(Unshown::bit(which), *row);
  };
  for (const std::size_t which : {0U, 1U, 2U}) prove(which, "all");
  prove(0, "lock-alone");
  prove(0, "nobody-we-know");
  t.finish();
  const model::Accounts& a = t.harvest.accounts;
  EXPECT_EQ(t.fact(a.enabled[t.account("all")]), "yes: no nsAccountLock");
  EXPECT_EQ(t.fact(a.locked[t.account("all")]), "no: no accountUnlockTime");
  EXPECT_EQ(t.fact(a.expires[t.account("all")]), "never: no krbPrincipalExpiration, no shadowExpire");
  EXPECT_EQ(t.fact(a.enabled[t.account("none")]),
            "unknown: nsAccountLock was not delivered, and access rules may hide it from us");
  EXPECT_EQ(t.fact(a.enabled[t.account("lock-alone")]), "yes: no nsAccountLock");
  EXPECT_THAT(t.fact(a.locked[t.account("lock-alone")]), StartsWith("unknown: accountUnlockTime was not delivered"));
  EXPECT_THAT(t.fact(a.expires[t.account("lock-alone")]),
              StartsWith("unknown: krbPrincipalExpiration was not delivered"));
  EXPECT_EQ(t.fact(a.enabled[t.account("off")]), "no: nsAccountLock=true") << "what is shown needs no proof";
}

TEST(Ds389Account, OfAServerWhoseSchemaHasNoKerberosNeverExpiresByIt) {
  Tree t(ds389());
  t.profile->expect_proof();
  t.profile->absences(t.builder).front().unshown->unknown_to_the_server(2);
  t.read(person("jane", "")).finish();
  EXPECT_THAT(t.fact(t.harvest.accounts.expires[0]), StartsWith("never: "));
  EXPECT_THAT(t.fact(t.harvest.accounts.enabled[0]), StartsWith("unknown: ")) << "that one the schema has";
}

TEST(Ds389Lockout, LastsUntilItsTimeOrUntilSomebodyUnlocks) {
  EXPECT_EQ(One("").locked(), "no: no accountUnlockTime");
  EXPECT_EQ(One("accountUnlockTime: 20260601000001Z\n").locked(), "yes: accountUnlockTime");
  EXPECT_EQ(One("accountUnlockTime: 20260601000000Z\n").locked(), "no: accountUnlockTime");
  EXPECT_EQ(One("accountUnlockTime: 19700101000000Z\n").locked(),
            "yes: accountUnlockTime=19700101000000Z: until somebody unlocks");
  EXPECT_EQ(One("accountUnlockTime: soon\n").locked(), "unknown: accountUnlockTime has a value that cannot be read");
  EXPECT_EQ(One("accountUnlockTime: 20260701000000Z\n").enabled(), "yes: no nsAccountLock") << "a lockout is no switch";
}

TEST(Ds389Lockout, OfKerberosCannotBeToldOnceAPasswordWasWrong) {
  const std::string ipa = "objectClass: krbPrincipalAux\n";
  EXPECT_EQ(One(ipa + "krbLoginFailedCount: 0\n").locked(), "no: no accountUnlockTime");
  EXPECT_THAT(One(ipa + "krbLoginFailedCount: 3\n").locked(), StartsWith("unknown: krbLoginFailedCount is above 0"));
  EXPECT_THAT(One(ipa).locked(), StartsWith("unknown: krbLoginFailedCount was not delivered"));
}

TEST(Ds389Expiry, IsTheEarlierOfKerberosAndShadow) {  // 20666 days: 2026-08-01
  EXPECT_EQ(One("").expires(), "never: no krbPrincipalExpiration, no shadowExpire");
  EXPECT_EQ(One("krbPrincipalExpiration: 20270101000000Z\n").expires(), "2027-01-01T00:00:00Z");
  EXPECT_EQ(One("krbPrincipalExpiration: 20270101000000Z\nshadowExpire: 20666\n").expires(), "2026-08-01T00:00:00Z");
  EXPECT_EQ(One("krbPrincipalExpiration: 20260701000000Z\nshadowExpire: 20666\n").expires(), "2026-07-01T00:00:00Z");
}

TEST(Ds389Expiry, OfKerberosThatIsOverKeepsOutOfFreeIpaAlone) {
  const std::string over = "krbPrincipalExpiration: 20260501000000Z\n";
  EXPECT_EQ(One(over + "objectClass: ipaObject\n").expires(), "2026-05-01T00:00:00Z");
  EXPECT_THAT(One(over).expires(), StartsWith("unknown: krbPrincipalExpiration is over"));
}

TEST(Ds389Expiry, IsUnknownWhenTheInactivityLimitHasPassed) {
  const std::string under = "acctPolicySubentry: cn=idle,dc=example,dc=test\n";
  const std::string policy =
      "dn: cn=idle,dc=example,dc=test\nobjectClass: ldapSubEntry\nobjectClass: accountPolicy\n"
      "accountInactivityLimit: 2592000\n\n";  // 30 days
  EXPECT_THAT(One(under + "lastLoginTime: 20260502000000Z\n", policy).expires(),
              StartsWith("unknown: accountInactivityLimit has passed"));
  EXPECT_THAT(One(under + "lastLoginTime: 20260502000001Z\n", policy).expires(), StartsWith("never: "));
  EXPECT_THAT(One(under, policy).expires(), StartsWith("unknown: accountInactivityLimit has passed"))
      << "never signed in: counted from the account's creation";
  EXPECT_EQ(One(under + "lastLoginTime: 20260531000000Z\n").expires(),
            "unknown: acctPolicySubentry names an account policy that was not read");
}

TEST(Ds389SignIn, IsExactWhereServersReplicateIt) {
  EXPECT_EQ(One("lastLoginTime: 20260501000000Z\n").sign_in(), "2026-05-01T00:00:00Z");
  EXPECT_EQ(One("krbLastSuccessfulAuth: 20260501000000Z\n").sign_in(),
            "between 2026-05-01T00:00:00Z and 2026-06-01T00:00:00Z");
  EXPECT_EQ(One("krbLastSuccessfulAuth: 20260401000000Z\nlastLoginTime: 20260501000000Z\n").sign_in(),
            "between 2026-05-01T00:00:00Z and 2026-06-01T00:00:00Z");
  ProfileOptions recorded = ds389();
  recorded.sign_ins_recorded_since = base::parse_instant("2025-01-01T00:00:00Z");
  const std::string others = person("john", "lastLoginTime: 20260501000000Z\n");
  EXPECT_EQ(One("", others, recorded).sign_in(), "never: no sign-in recorded since the account was created");
  EXPECT_THAT(One("objectClass: krbPrincipalAux\n", others, recorded).sign_in(),
              StartsWith("unknown: no krbLastSuccessfulAuth here"));
}

TEST(Ds389Password, ChangedWhenTheServerKeepsIt) {
  EXPECT_EQ(One("pwdUpdateTime: 20260401000000Z\n").changed(), "2026-04-01T00:00:00Z");
  EXPECT_EQ(One("pwdUpdateTime: 20260401000000Z\nkrbLastPwdChange: 20260501000000Z\n").changed(),
            "2026-05-01T00:00:00Z");
  EXPECT_EQ(One("passwordAllowChangeTime: 20260402000000Z\n").changed(),
            "between 2026-01-01T00:00:00Z and 2026-04-02T00:00:00Z");
  EXPECT_EQ(One("passwordAllowChangeTime: 20260602000000Z\n").changed(),
            "between 2026-01-01T00:00:00Z and 2026-06-01T00:00:00Z");
  EXPECT_THAT(One("").changed(), StartsWith("unknown: neither pwdUpdateTime"));
}

TEST(Ds389Password, MustBeChangedAfterAReset) {
  EXPECT_EQ(One("pwdReset: TRUE\n").must_change(), "yes");
  EXPECT_EQ(One("pwdReset: FALSE\n").must_change(), "no");
  EXPECT_EQ(One("", person("john", "pwdReset: TRUE\n")).must_change(), "no");
  EXPECT_THAT(One("").must_change(), StartsWith("unknown: pwdReset was not delivered"));
  EXPECT_THAT(One("pwdReset: FALSE\npasswordExpirationTime: 20260501000000Z\n").must_change(),
              StartsWith("unknown: passwordExpirationTime is over"));
  EXPECT_EQ(One("passwordExpirationTime: 20260501000000Z\n").expires(),
            "never: no krbPrincipalExpiration, no shadowExpire")
      << "a password that is over is no account that is over";
}

TEST(Ds389Identity, IsTheNsUniqueId) {
  const std::string unique = "nsUniqueId: E2A9B9B6-e6e111f1-a729fe86-05d63045\n";
  const std::string uuid = "entryUUID: d86cdd27-ead4-47af-9d82-2a58fe4482c5\n";
  const One both(unique + uuid), uuid_alone(uuid), bad("nsUniqueId: 12\n" + uuid);
  EXPECT_EQ(both.view(both.harvest.accounts.native_id[0]), "e2a9b9b6-e6e1-11f1-a729-fe8605d63045");
  EXPECT_EQ(uuid_alone.view(uuid_alone.harvest.accounts.native_id[0]), "d86cdd27-ead4-47af-9d82-2a58fe4482c5");
  EXPECT_EQ(bad.view(bad.harvest.accounts.native_id[0]), "d86cdd27-ead4-47af-9d82-2a58fe4482c5");
  EXPECT_EQ(bad.coverage().rejects_total, 1U);
  EXPECT_EQ(unique_id_value("e2a9b9b6-e6e1-11f1-a729-fe8605d63045"), "e2a9b9b6-e6e111f1-a729fe86-05d63045");
  EXPECT_EQ(unique_id_value("e2a9b9b6"), "");
  const PersonQueries ask(both.options, *both.profile);
  EXPECT_THAT(ask.account_of_id("e2a9b9b6-e6e1-11f1-a729-fe8605d63045").filter,
              HasSubstr("(nsUniqueId=e2a9b9b6-e6e111f1-a729fe86-05d63045)"));
}

TEST(Ds389Identity, OfFreeIpaHostsAndServicesIsTheirName) {
  Tree t(ds389());
  t.read(
      "dn: fqdn=web.example.test,dc=example,dc=test\nobjectClass: ipaHost\nobjectClass: ipaService\n"
      "fqdn: web.example.test\nkrbPrincipalName: host/web.example.test@EXAMPLE.TEST\n\n"
      "dn: krbprincipalname=HTTP/web.example.test@EXAMPLE.TEST,dc=example,dc=test\nobjectClass: ipaService\n"
      "krbPrincipalName: HTTP/web.example.test@EXAMPLE.TEST\n\n");
  t.finish();
  ASSERT_EQ(t.harvest.accounts.size(), 2U);
  EXPECT_EQ(t.harvest.accounts.kind[t.account("web.example.test")], model::AccountKind::computer);
  EXPECT_EQ(t.harvest.accounts.kind[t.account("HTTP/web.example.test@EXAMPLE.TEST")], model::AccountKind::service);
}

std::string role(std::string_view cn, std::string_view kind, std::string_view more = "") {
  return fmt::format(
      "dn: cn={0},dc=example,dc=test\nobjectClass: LDAPsubentry\nobjectClass: nsRoleDefinition\n"
      "objectClass: ns{1}RoleDefinition\ncn: {0}\n{2}\n",
      cn, kind, more);
}

std::string in_role(std::string_view cn) { return fmt::format("nsRoleDN: cn={},dc=example,dc=test\n", cn); }
/// As the server writes it: everything that follows from nesting too.
std::string computed(std::string_view cn) { return fmt::format("nsRole: cn={},dc=example,dc=test\n", cn); }

TEST(Ds389Roles, AreGroupsOfThoseWhoNameThemAndOfRoles) {
  Tree t(ds389());
  t.read(person("jane", in_role("Operators") + computed("operators") + computed("everybody") + computed("tall")))
      .read(person("john", ""))
      .read(role("Operators", "Managed"))
      .read(role("everybody", "Nested", in_role("Operators")))
      .read(role("tall", "Filtered", "nsRoleFilter: (height=tall)\n"))
      .finish();
  EXPECT_EQ(t.groups_of("jane"), "Operators tall")
      << "everybody follows from Operators and is no membership of its own";
  EXPECT_EQ(t.groups_of("john"), "");
  const auto& above = t.harvest.groups_of_group.row(t.group("Operators"));
  ASSERT_EQ(above.size(), 1U);
  EXPECT_EQ(above[0].index(), t.group("everybody"));
  for (const char* name : {"Operators", "everybody", "tall"})
    EXPECT_EQ(t.view(t.harvest.groups.members_unknown[t.group(name)]), "") << name;
  EXPECT_EQ(t.coverage().state, model::CoverageState::complete);
}

TEST(Ds389Roles, ThatAFilterMakesHaveUnknownMembersInAnExport) {
  Tree t(ds389());
  t.read(person("jane", in_role("staff"))).read(role("staff", "Managed")).read(role("tall", "Filtered")).finish();
  EXPECT_THAT(t.view(t.harvest.groups.members_unknown[t.group("tall")]), StartsWith("a filtered role"));
  EXPECT_EQ(t.view(t.harvest.groups.members_unknown[t.group("staff")]), "");
}

TEST(Ds389Roles, OfWhichTheDefinitionIsHiddenMakeTheReadingPartial) {
  Tree t(ds389());
  t.read(person("jane", computed("secret-power"))).finish();
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
  EXPECT_THAT(t.coverage().in_words(), HasSubstr("accounts have 1 role (nsRole) of which the definition was not seen"));
}

/// dsidm role lock, ns-inactivate.pl: what they write, in an export where nothing is computed.
std::string inactivated(const std::string& also) {
  return role("nsManagedDisabledRole", "Managed") +
         role("nsDisabledRole", "Nested", in_role("nsManagedDisabledRole") + also);
}
const std::string kServiceClass =
    "dn: cn=nsAccountInactivation_cos,dc=example,dc=test\nobjectClass: LDAPsubentry\n"
    "objectClass: cosClassicDefinition\ncosSpecifier: nsRole\ncosAttribute: nsAccountLock operational\n\n";

TEST(Ds389Roles, ThatAreInactivatedDisableInAnExport) {
  const std::string off = "no: nsRoleDN=cn=nsmanageddisabledrole,dc=example,dc=test, an inactivated role";
  EXPECT_EQ(One(in_role("nsManagedDisabledRole"), inactivated("") + kServiceClass).enabled(), off);
  EXPECT_EQ(
      One(in_role("contractors"), inactivated(in_role("contractors")) + role("contractors", "Managed") + kServiceClass)
          .enabled(),
      "no: nsRoleDN=cn=contractors,dc=example,dc=test, an inactivated role");
  EXPECT_EQ(One(in_role("contractors"), inactivated("") + role("contractors", "Managed") + kServiceClass).enabled(),
            "yes: no nsAccountLock");
}

TEST(Ds389Roles, ThatAreInactivatedLeaveDoubtWithoutWhatMakesTheLock) {
  EXPECT_THAT(One(in_role("nsManagedDisabledRole"), inactivated("")).enabled(),
              StartsWith("unknown: a role of the account is inactivated, and no class of service"));
  EXPECT_THAT(One("", inactivated(in_role("tall")) + role("tall", "Filtered") + kServiceClass).enabled(),
              StartsWith("unknown: a filtered role is inactivated"));
}

TEST(Ds389Roles, DoNotDisableOnAServerThatComputesNoLock) {
  Tree t(ds389());
  t.profile->expect_proof();
  t.read(person("jane", in_role("nsManagedDisabledRole") + computed("nsmanageddisabledrole"))).read(inactivated(""));
  t.profile->absences(t.builder).front().unshown->absent(Unshown::bit(0), 0);
  t.finish();
  EXPECT_EQ(t.fact(t.harvest.accounts.enabled[0]), "yes: no nsAccountLock")
      << "the server looks at nsAccountLock alone";
}

TEST(Ds389Marks, KnowTheSshKeysOf389AndFreeIpa) {
  for (const char* key : {"nsSshPublicKey: ssh-ed25519 A\n", "ipaSshPubKey: ssh-ed25519 A\n"}) {
    const One t(key);
    EXPECT_NE(t.harvest.accounts.flags[0] & model::kSshKey, 0U) << key;
  }
}

TEST(Ds389Groups, AreReadFromTheGroupAndNeverFromMemberOf) {
  Tree t(ds389());
  t.read(person("jane", "memberOf: cn=admins,dc=example,dc=test\n"))
      .read("dn: cn=admins,dc=example,dc=test\nobjectClass: groupOfNames\ncn: admins\n\n")
      .finish();
  EXPECT_EQ(t.groups_of("jane"), "");
  EXPECT_THAT(t.profile->query().attributes, testing::Not(testing::Contains("memberOf")));
}

}  // namespace
}  // namespace tally::directory
