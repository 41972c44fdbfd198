// The filters that find one person: nothing in a key can change what is asked, and whatever fold() makes equal is
// found.
#include "connectors/directory/person_queries.h"

#include <gmock/gmock.h>

#include "connectors/directory/filter.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Asking {
  explicit Asking(Dialect dialect, std::string login_attribute = "") {
    options.name = "d";
    options.dialect = dialect;
    options.bases = {"dc=t"};
    options.login_attribute = std::move(login_attribute);
    profile = *Profile::create(options, base::Instant{});
    ask.emplace(options, *profile);
  }
  ProfileOptions options;
  std::unique_ptr<Profile> profile;
  std::optional<PersonQueries> ask;
};

/// Whether the server would deliver an account with that one value.
bool finds(const Asking& asking, const model::PersonKeys& keys, std::string_view attribute, std::string_view value) {
  Entry entry;
  entry.start("cn=x,dc=t");
  entry.attribute("objectClass");
  entry.value("user");
  entry.value("inetOrgPerson");
  entry.attribute(attribute);
  entry.value(value);
  const auto filter = Filter::parse(asking.ask->accounts(keys).filter);
  EXPECT_TRUE(filter) << asking.ask->accounts(keys).filter;
  return filter && filter->matches(entry);
}

TEST(PersonQueries, EscapeWhatIsNotAPlainCharacter) {
  EXPECT_EQ(escaped_value("a*(b)\\c"), "a\\2a\\28b\\29\\5cc");
  EXPECT_EQ(escaped_value(std::string_view("\0 ", 2)), "\\00\\20");
  EXPECT_EQ(escaped_value("ü"), "\\c3\\bc");  // RFC 4515 §3
}

TEST(PersonQueries, FindTheNumberAsItIsAndNothingElse) {
  const Asking ad(Dialect::active_directory);
  const model::PersonKeys keys{.employee_number = "007"};
  EXPECT_TRUE(finds(ad, keys, "employeeNumber", "007"));
  EXPECT_TRUE(finds(ad, keys, "employeeNumber", " 007"));
  EXPECT_TRUE(finds(ad, keys, "employeeNumber", "007 "));
  EXPECT_FALSE(finds(ad, keys, "employeeNumber", "7"));
  EXPECT_FALSE(finds(ad, keys, "employeeNumber", "0071"));
}

TEST(PersonQueries, FindEveryRunOfBlanksThatCorrelationTrims) {
  const Asking ad(Dialect::active_directory);
  for (const char* front : {"", " ", "   ", "\t", "\r\n ", "\v\f"}) {
    for (const char* back : {"", " ", "  ", " \t", "\n"}) {
      const auto around = [&](const std::string& value) { return front + value + back; };
      EXPECT_TRUE(finds(ad, {.employee_number = "007"}, "employeeNumber", around("007")));
      EXPECT_TRUE(finds(ad, {.mails = {"ada.gross@x.test"}}, "mail", around("Ada.Groß@X.test")));
      EXPECT_TRUE(finds(ad, {.logins = {"jgross"}}, "sAMAccountName", around("JGROSS")));
      EXPECT_TRUE(finds(ad, {.logins = {"özil"}}, "sAMAccountName", around("Özil")));
      EXPECT_TRUE(finds(ad, {.principals = {"ada"}}, "userPrincipalName", around("ada")));
      EXPECT_TRUE(finds(ad, {.principals = {"ada"}}, "userPrincipalName", around("ada@corp.test")));
    }
  }
}

TEST(PersonQueries, TakeMetacharactersOfANumberLiterally) {
  const Asking ad(Dialect::active_directory);
  const model::PersonKeys keys{.employee_number = "*)(objectClass=*"};
  EXPECT_TRUE(finds(ad, keys, "employeeNumber", "*)(objectClass=*"));
  EXPECT_FALSE(finds(ad, keys, "employeeNumber", "1"));
}

TEST(PersonQueries, AskForAccountsAloneAndInOpenLdapForTheirPolicies) {
  const model::PersonKeys keys{.employee_number = "1"};
  EXPECT_THAT(Asking(Dialect::active_directory).ask->accounts(keys).filter,
              testing::StartsWith("(&(objectClass=user)"));
  EXPECT_THAT(Asking(Dialect::openldap).ask->accounts(keys).filter, HasSubstr("(objectClass=pwdPolicy)"));
}

TEST(PersonQueries, FindLoginsThatFoldAlike) {
  const Asking ad(Dialect::active_directory);
  EXPECT_TRUE(finds(ad, {.logins = {"jgross"}}, "sAMAccountName", "JGROSS"));
  EXPECT_TRUE(finds(ad, {.logins = {"jgross"}}, "sAMAccountName", "jgroß"));
  EXPECT_TRUE(finds(ad, {.logins = {"müller"}}, "sAMAccountName", "MÜLLER"));
  EXPECT_TRUE(finds(ad, {.logins = {"müller"}}, "sAMAccountName", "mu\xCC\x88ller")) << "u and a combining diaeresis";
  EXPECT_FALSE(finds(ad, {.logins = {"jgross"}}, "sAMAccountName", "jdoe"));
}

TEST(PersonQueries, FindMailsAndPrincipals) {
  const Asking ad(Dialect::active_directory);
  EXPECT_TRUE(finds(ad, {.mails = {"ada.gross@x.test"}}, "mail", "Ada.Groß@X.test"));
  EXPECT_TRUE(finds(ad, {.principals = {"ada"}}, "userPrincipalName", "ADA@corp.test"));
  EXPECT_TRUE(finds(ad, {.principals = {"ada"}}, "userPrincipalName", "ada"));
  EXPECT_FALSE(finds(ad, {.principals = {"ada"}}, "userPrincipalName", "adam@corp.test"));
}

TEST(PersonQueries, FindServicesOfOpenLdapByTheirCommonName) {
  EXPECT_TRUE(finds(Asking(Dialect::openldap), {.logins = {"svc-backup"}}, "cn", "svc-backup"));
}

TEST(PersonQueries, AskForAnAttributeWholeThatMayCompareWithCase) {
  const Asking local(Dialect::openldap, "acmeLogin");
  EXPECT_TRUE(finds(local, {.logins = {"jdoe"}}, "acmeLogin", "whoever"));
}

TEST(PersonQueries, AskForAnIdAsTheDirectoryStoresIt) {
  const std::string id = "00112233-4455-6677-8899-aabbccddeeff";
  EXPECT_THAT(Asking(Dialect::active_directory).ask->account_of_id(id).filter,
              HasSubstr("(objectGUID=\\33\\22\\11\\00\\55\\44\\77\\66\\88\\99\\aa\\bb\\cc\\dd\\ee\\ff)"));
  EXPECT_THAT(Asking(Dialect::openldap).ask->account_of_id(id).filter, HasSubstr("(entryUUID=" + id + ")"));
}

TEST(PersonQueries, AskForGroupsWithoutTheirMembers) {
  const Query query = Asking(Dialect::openldap).ask->groups_with("cn=a(b),dc=t", {"a*"});
  EXPECT_THAT(query.filter,
              HasSubstr("(|(member=cn=a\\28b\\29,dc=t)(uniqueMember=cn=a\\28b\\29,dc=t)(memberUid=a\\2a))"));
  EXPECT_THAT(query.attributes, Not(testing::Contains("member")));
  EXPECT_THAT(query.attributes, testing::Contains("cn"));
}

TEST(PersonQueries, AskForThePrimaryGroupByItsSid) {
  Entry entry;
  entry.start("cn=x,dc=t");
  entry.attribute("primaryGroupID");
  entry.value("513");
  entry.attribute("objectSid");
  entry.value("S-1-5-21-1-2-3-1104");
  // MS-DTYP 2.4.2.2: revision 1, 5 sub-authorities, authority 5, then 21, 1, 2, 3 and 513 (0x0201) little-endian.
  EXPECT_THAT(Asking(Dialect::active_directory).ask->primary_group_of(entry).filter,
              HasSubstr("(objectSid=\\01\\05\\00\\00\\00\\00\\00\\05\\15\\00\\00\\00\\01\\00\\00\\00\\02\\00\\00\\00"
                        "\\03\\00\\00\\00\\01\\02\\00\\00)"));
}

}  // namespace
}  // namespace tally::directory
