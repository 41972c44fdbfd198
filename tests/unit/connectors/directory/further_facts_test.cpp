// What directories say about managers, owners, delegation, credentials and numbers, and when they say nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using model::AccountFlag;

ProfileOptions ad() {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp,DC=example"};
  return options;
}

ProfileOptions openldap() {
  ProfileOptions options;
  options.bases = {"dc=example,dc=test"};
  return options;
}

std::string user(std::string_view login, std::string_view more) {
  return fmt::format(
      "dn: CN={0},CN=Users,DC=corp,DC=example\nobjectClass: user\nsAMAccountName: {0}\nuserAccountControl: 512\n"
      "objectSid: S-1-5-21-1-2-3-1104\n{1}\n",
      login, more);
}

std::string ad_group(std::string_view name, std::string_view more) {
  return fmt::format(
      "dn: CN={0},CN=Users,DC=corp,DC=example\nobjectClass: group\nsAMAccountName: {0}\n"
      "objectSid: S-1-5-21-1-2-3-2000\n{1}\n",
      name, more);
}

std::string person(std::string_view uid, std::string_view more) {
  return fmt::format(
      "dn: uid={0},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\n"
      "createTimestamp: 20260101000000Z\n{1}\n",
      uid, more);
}

/// "yes", "no" or "unknown".
std::string flag(const Tree& t, AccountFlag bit, std::uint32_t row = 0) {
  if ((t.harvest.accounts.flags_known[row] & bit) == 0) return "unknown";
  return (t.harvest.accounts.flags[row] & bit) != 0 ? "yes" : "no";
}

/// The same entry as a live server would hand it over: not from a line of a file.
void read_live(Tree& t, std::string_view dn, const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  Entry entry;
  entry.start(dn, 0);
  for (const auto& [name, value] : values) {
    entry.attribute(name);
    entry.value(value);
  }
  t.profile->decode(entry, t.builder);
}

TEST(AdMarks, AreUnknownInAnExportThatNeverShowsTheAttribute) {
  Tree t(ad());
  t.read(user("jane", "")).finish();
  for (const auto bit : {model::kAdminCount, model::kSidHistory, model::kDelegatesToServices, model::kManagerNamed,
                         model::kPasswordLikeText, model::kCertificate, model::kKeyCredential}) {
    EXPECT_EQ(flag(t, bit), "unknown") << bit;
  }
}

TEST(AdMarks, AreNoWhereOthersOfTheExportShowTheAttribute) {
  Tree t(ad());
  t.read(user("jane", "")).read(user("joe", "adminCount: 1\nsIDHistory: S-1-5-21-9-9-9-1000\n")).finish();
  EXPECT_EQ(flag(t, model::kAdminCount, 0), "no");
  EXPECT_EQ(flag(t, model::kAdminCount, 1), "yes");
  EXPECT_EQ(flag(t, model::kSidHistory, 0), "no");
  EXPECT_EQ(flag(t, model::kSidHistoryPrivileged, 0), "no");
  EXPECT_EQ(flag(t, model::kDelegatesToServices, 0), "unknown");
}

TEST(AdMarks, AreNoOnALiveServerWhoseAccountControlMayBeRead) {
  Tree t(ad());
  read_live(t, "CN=jane,DC=corp,DC=example",
            {{"objectClass", "user"}, {"sAMAccountName", "jane"}, {"userAccountControl", "512"}});
  read_live(t, "CN=joe,DC=corp,DC=example", {{"objectClass", "user"}, {"sAMAccountName", "joe"}});
  t.finish();
  EXPECT_EQ(flag(t, model::kAdminCount, 0), "no");
  EXPECT_EQ(flag(t, model::kResourceDelegation, 0), "no");
  EXPECT_EQ(flag(t, model::kAdminCount, 1), "unknown");   // hides its control, and so perhaps this
  EXPECT_EQ(flag(t, model::kCertificate, 0), "unknown");  // never asked for
}

TEST(AdMarks, CountAnAdminCountOfOneAlone) {
  Tree t(ad());
  t.read(user("jane", "adminCount: 0\n")).finish();
  EXPECT_EQ(flag(t, model::kAdminCount), "no");
}

std::string sid_history(std::string_view sid, AccountFlag bit) {
  Tree t(ad());
  t.read(user("jane", fmt::format("sIDHistory: {}\n", sid))).finish();
  return flag(t, bit);
}

TEST(AdSidHistory, MeansPowerByAPrivilegedGroupOrAnAdministratorOfElsewhere) {
  EXPECT_EQ(sid_history("S-1-5-21-9-9-9-512", model::kSidHistoryPrivileged), "yes");  // Domain Admins there
  EXPECT_EQ(sid_history("S-1-5-21-9-9-9-500", model::kSidHistoryPrivileged), "yes");  // Administrator there
  EXPECT_EQ(sid_history("S-1-5-21-9-9-9-1104", model::kSidHistoryPrivileged), "no");
  EXPECT_EQ(sid_history("S-1-5-21-9-9-9-1104", model::kSidHistoryOwnDomain), "no");
  EXPECT_EQ(sid_history("S-1-5-21-1-2-3-2345", model::kSidHistoryOwnDomain), "yes");
}

TEST(AdSidHistory, IsNotClearedOfPowerWhileAValueCannotBeRead) {
  Tree t(ad());
  t.read(user("jane", "sIDHistory: nonsense\nsIDHistory: S-1-5-21-9-9-9-1104\n")).finish();
  EXPECT_EQ(flag(t, model::kSidHistory), "yes");
  EXPECT_EQ(flag(t, model::kSidHistoryPrivileged), "unknown");
  EXPECT_EQ(t.coverage().rejects_total, 1U);
}

TEST(AdKerberos, KnowsTheTypesOnlyWhereTheyAreSet) {
  const auto aes = [](std::string_view types) {
    Tree t(ad());
    t.read(user("jane", types)).finish();
    return flag(t, model::kKerberosAes);
  };
  EXPECT_EQ(aes("msDS-SupportedEncryptionTypes: 24\n"), "yes");  // AES128 and AES256
  EXPECT_EQ(aes("msDS-SupportedEncryptionTypes: 4\n"), "no");    // RC4
  EXPECT_EQ(aes("msDS-SupportedEncryptionTypes: 0\n"), "unknown");
  EXPECT_EQ(aes(""), "unknown");
}

TEST(AdTexts, AreSearchedForPasswordsAndNotKept) {
  Tree t(ad());
  t.read(user("jane", "description: pw: Summer2024\n")).read(user("joe", "description: Reception\n")).finish();
  EXPECT_EQ(flag(t, model::kPasswordLikeText, 0), "yes");
  EXPECT_EQ(flag(t, model::kPasswordLikeText, 1), "no");
  for (std::uint32_t id = 0; id < t.harvest.text.size(); ++id) {
    EXPECT_THAT(std::string(t.harvest.text.view(base::TextId(id))), testing::Not(testing::HasSubstr("Summer2024")));
  }
}

TEST(Manager, IsFoundWhereverItsEntryStands) {
  Tree t(ad());
  t.read(user("jane", "manager: cn=boss,cn=users,dc=corp,dc=example\n"));
  t.read(user("boss", "manager: CN=Somebody,DC=other,DC=example\n")).finish();
  EXPECT_EQ(t.harvest.accounts.manager[0], model::AccountId(1));
  EXPECT_EQ(flag(t, model::kManagerNamed, 0), "yes");
  EXPECT_FALSE(t.harvest.accounts.manager[1].valid());
  EXPECT_EQ(flag(t, model::kManagerNamed, 1), "yes");
}

TEST(Owners, AreFoundAndStrangersAmongThemCounted) {
  Tree t(openldap());
  t.read(
      "dn: cn=devs,dc=example,dc=test\nobjectClass: groupOfNames\ncn: devs\n"
      "owner: uid=zoe,ou=people,dc=example,dc=test\nowner: uid=ada,ou=people,dc=example,dc=test\n"
      "owner: cn=gone,dc=example,dc=test\n\n");
  t.read("dn: cn=none,dc=example,dc=test\nobjectClass: groupOfNames\ncn: none\n\n");
  t.read(person("ada", "")).read(person("zoe", "")).finish();
  ASSERT_EQ(t.harvest.owners_of_group.rows(), 2U);
  const auto owners = t.harvest.owners_of_group.row(0);
  EXPECT_EQ(std::vector(owners.begin(), owners.end()), (std::vector{model::AccountId(0), model::AccountId(1)}));
  EXPECT_EQ(t.harvest.groups.owners_named, (std::vector<std::uint32_t>{3, 0}));
}

TEST(Owners, NamedTwiceAreOne) {
  Tree t(openldap());
  t.read(
      "dn: cn=devs,dc=example,dc=test\nobjectClass: groupOfNames\ncn: devs\n"
      "owner: uid=ada,ou=people,dc=example,dc=test\nowner: UID=ada, OU=people,dc=example,dc=test\n\n");
  t.read(person("ada", "")).finish();
  ASSERT_EQ(t.harvest.owners_of_group.row(0).size(), 1U);
  EXPECT_EQ(t.harvest.groups.owners_named, (std::vector<std::uint32_t>{1}));
}

TEST(AdGroup, OfMailAloneGivesNoAccess) {
  Tree t(ad());
  t.read(ad_group("sec", "groupType: -2147483646\nmanagedBy: CN=jane,CN=Users,DC=corp,DC=example\n"));
  t.read(ad_group("mail", "groupType: 2\n")).read(ad_group("hidden", "")).read(user("jane", "")).finish();
  EXPECT_EQ(t.harvest.groups.mail_only, (std::vector{model::Truth::no, model::Truth::yes, model::Truth::unknown}));
  EXPECT_EQ(t.harvest.owners_of_group.row(0)[0], model::AccountId(0));
}

TEST(AdTimes, TellWhenEntriesWereMadeAndChanged) {
  Tree t(ad());
  t.read(user("jane", "whenCreated: 20240101000000.0Z\nwhenChanged: 20250101000000.0Z\n"));
  t.read(ad_group("g", "whenCreated: 20230101000000.0Z\n")).finish();
  EXPECT_EQ(t.fact(t.harvest.accounts.modified[0]), "2025-01-01T00:00:00Z");
  EXPECT_EQ(t.fact(t.harvest.groups.created[0]), "2023-01-01T00:00:00Z");
  EXPECT_EQ(t.fact(t.harvest.groups.modified[0]), "unknown: whenChanged was not delivered: not set, or not readable");
  EXPECT_EQ(t.harvest.groups.modified_by_members[0], 0);  // members are linked values there
}

TEST(OpenLdapAccount, TellsNumbersShellAndWhoMadeIt) {
  Tree t(openldap());
  t.read(person("ada",
                "uidNumber: 0\ngidNumber: 100\nloginShell: /bin/bash\ncreatorsName: cn=admin,dc=example,dc=test\n"
                "departmentNumber: 42\ntitle: Engineer\nemployeeType: staff\nmodifyTimestamp: 20260201000000Z\n"));
  t.read(person("zoe", "uidNumber: -1\nloginShell: /usr/sbin/nologin\n")).finish();
  const model::Accounts& a = t.harvest.accounts;
  EXPECT_EQ(a.uid_number[0], 0U);
  EXPECT_EQ(a.gid_number[0], 100U);
  EXPECT_EQ(flag(t, model::kLoginShell, 0), "yes");
  EXPECT_EQ(t.view(a.creator[0]), "cn=admin,dc=example,dc=test");
  EXPECT_EQ(t.view(a.department[0]), "42");
  EXPECT_EQ(t.view(a.title[0]), "Engineer");
  EXPECT_EQ(t.view(a.employee_type[0]), "staff");
  EXPECT_EQ(t.fact(a.modified[0]), "2026-02-01T00:00:00Z");
  EXPECT_EQ(a.uid_number[1], model::Accounts::kNoNumber);  // a reject says why
  EXPECT_EQ(t.coverage().rejects_total, 1U);
  EXPECT_EQ(flag(t, model::kLoginShell, 1), "no");
}

TEST(OpenLdapPassword, CountsByItsSchemeWhereAnExportHasIt) {
  Tree t(openldap());
  t.read(person("ada", "userPassword: {CRYPT}$1$salt$hash\n")).read(person("zoe", "")).finish();
  EXPECT_EQ(t.view(t.harvest.accounts.password_scheme[0]), "crypt-md5");
  EXPECT_EQ(t.view(t.harvest.accounts.password_scheme[1]), "");
  for (std::uint32_t id = 0; id < t.harvest.text.size(); ++id) {
    EXPECT_THAT(std::string(t.harvest.text.view(base::TextId(id))), testing::Not(testing::HasSubstr("hash")));
  }
}

TEST(OpenLdapQuery, NeverAsksForAPassword) {
  Tree t(openldap());
  EXPECT_THAT(t.profile->query().attributes, testing::Not(testing::Contains("userPassword")));
}

TEST(OpenLdapMarks, AreUnknownUntilSomebodyShowsTheAttribute) {
  Tree none(openldap());
  none.read(person("ada", "")).finish();
  EXPECT_EQ(flag(none, model::kSshKey), "unknown");
  EXPECT_EQ(flag(none, model::kLoginShell), "unknown");
  Tree one(openldap());
  one.read(person("ada", "")).read(person("zoe", "sshPublicKey: ssh-ed25519 AAAA\n")).finish();
  EXPECT_EQ(flag(one, model::kSshKey, 0), "no");
  EXPECT_EQ(flag(one, model::kSshKey, 1), "yes");
}

TEST(OpenLdapGroup, ShowsAChangeOfItsMembersAsItsOwn) {
  Tree t(openldap());
  t.read(
       "dn: cn=devs,dc=example,dc=test\nobjectClass: posixGroup\ncn: devs\ngidNumber: 0\n"
       "createTimestamp: 20260101000000Z\nmodifyTimestamp: 20260301000000Z\n\n")
      .finish();
  EXPECT_EQ(t.harvest.groups.modified_by_members[0], 1);
  EXPECT_EQ(t.fact(t.harvest.groups.modified[0]), "2026-03-01T00:00:00Z");
  EXPECT_EQ(t.harvest.groups.gid_number[0], 0U);
}

}  // namespace
}  // namespace tally::directory
