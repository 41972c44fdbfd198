#include "policy/model/account_key.h"

#include <gtest/gtest.h>

namespace tally::model {
namespace {

std::string key_of(std::string_view native_id, std::string_view dn) {
  Snapshot s;
  s.sources.emplace_back().name = "corp";
  const AccountId account = s.accounts.add(SourceId(0));
  s.accounts.native_id[0] = s.text.add(native_id);
  s.accounts.dn[0] = s.text.add(dn);
  std::string key = "what was there before";
  write_account_key(s, account, key);
  return key;
}

TEST(AccountKey, IsTheDirectorysOwnId) { EXPECT_EQ(key_of("1712128e-a6e4", "CN=x"), "account/corp/1712128e-a6e4"); }

TEST(AccountKey, IsTheNormalisedDnWithoutSuchAnId) {
  EXPECT_EQ(key_of("", "CN = Ada , OU=Staff,DC=x"), "account/corp/cn=ada,ou=staff,dc=x");
  EXPECT_EQ(key_of("", "CN=Weiss\\, Dana\\ ,DC=x"), "account/corp/cn=weiss\\, dana\\ ,dc=x");
}

TEST(AccountKey, FallsIntoItsParts) {
  const AccountKey by_id = parts_of_account_key("account/corp/1712128e-a6e4");
  EXPECT_EQ(by_id.source, "corp");
  EXPECT_EQ(by_id.native_id, "1712128e-a6e4");
  EXPECT_EQ(by_id.dn, "");
  const AccountKey by_dn = parts_of_account_key("account/corp/cn=a/b,dc=x");
  EXPECT_EQ(by_dn.dn, "cn=a/b,dc=x");
  EXPECT_EQ(by_dn.native_id, "");
}

TEST(AccountKey, OfAnotherKindHasNoParts) {
  EXPECT_EQ(parts_of_account_key("person/hr/1").source, "");
  EXPECT_EQ(parts_of_account_key("account/corp").source, "");
  EXPECT_EQ(parts_of_account_key("").native_id, "");
}

}  // namespace
}  // namespace tally::model
