// Names as keys: which spellings are one name, and which are not.
#include "connectors/directory/dn.h"

#include <gtest/gtest.h>

#include "connectors/directory/dn_index.h"

namespace tally::directory {
namespace {

TEST(NormalDn, IsTheSameForAllSpellingsOfOneName) {
  const std::string plain = normal_dn("cn=jane doe,ou=people,dc=corp,dc=example");
  EXPECT_EQ(plain, "cn=jane doe,ou=people,dc=corp,dc=example");
  EXPECT_EQ(normal_dn("CN=Jane Doe,OU=People,DC=corp,DC=example"), plain);
  EXPECT_EQ(normal_dn("cn = Jane  Doe , ou=People,dc=corp, dc=example "), plain);
  EXPECT_EQ(
      normal_dn("commonName=Jane Doe,2.5.4.11=People,OID.0.9.2342.19200300.100.1.25=corp,domainComponent=example"),
      plain);
  EXPECT_EQ(normal_dn("cn=J\\61ne\\20Doe,ou=\\50eople,dc=corp,dc=example"), plain);
  EXPECT_EQ(normal_dn("cn=\"Jane Doe\",ou=People,dc=corp,dc=example"), plain);
  EXPECT_EQ(normal_dn("cn=\\ Jane Doe,ou=People,dc=corp,dc=example"), plain);
}

TEST(NormalDn, KeepsEscapedSeparatorsApartFromRealOnes) {
  const std::string smith = normal_dn("CN=Smith\\, John,DC=corp");
  EXPECT_EQ(smith, "cn=smith\\, john,dc=corp");
  EXPECT_EQ(normal_dn("CN=Smith\\2C John,DC=corp"), smith);
  EXPECT_EQ(normal_dn("CN=Smith\\2c John,DC=corp"), smith);
  EXPECT_EQ(normal_dn("CN=\"Smith, John\",DC=corp"), smith);
  EXPECT_NE(normal_dn("CN=Smith,CN=John,DC=corp"), smith);
  EXPECT_EQ(normal_dn("cn=a\\=b"), normal_dn("cn=a=b"));
  EXPECT_EQ(normal_dn("CN=Jane\\0ACNF:1234,DC=corp"), "cn=jane\\0acnf:1234,dc=corp");
  EXPECT_EQ(normal_dn("cn=\\23hash"), "cn=\\#hash");
}

TEST(NormalDn, SortsThePartsOfAMultiValuedName) {
  EXPECT_EQ(normal_dn("uid=jd+cn=Jane,dc=corp"), "cn=jane+uid=jd,dc=corp");
  EXPECT_EQ(normal_dn("CN=Jane + UID=jd,dc=corp"), "cn=jane+uid=jd,dc=corp");
}

TEST(NormalDn, KeepsBytesOutsideAscii) {
  EXPECT_EQ(normal_dn("CN=J\xC3\xB6rg,DC=corp"), "cn=j\xC3\xB6rg,dc=corp");
  EXPECT_EQ(normal_dn("CN=J\\C3\\B6rg,DC=corp"), "cn=j\xC3\xB6rg,dc=corp");
}

TEST(NormalDn, RefusesWhatIsNoName) {
  std::string out;
  for (const char* bad : {"jane", "cn=jane,", ",cn=jane", "=jane", "cn=a\\", "cn=a\\zz", "cn=\"open", "cn=a;b", "cn=#0",
                          "cn=#", "cn=a,,dc=b", "c n=a", "cn=a+,dc=b"}) {
    EXPECT_FALSE(normalise_dn(bad, out)) << bad;
  }
  EXPECT_TRUE(normalise_dn("", out));
  EXPECT_TRUE(normalise_dn("cn=", out));
  EXPECT_TRUE(normalise_dn("cn=#04024869,dc=corp", out));
}

TEST(DnScope, HoldsTheBaseAndWhatIsBelowIt) {
  const DnScope scope({"dc=corp,dc=example"});
  EXPECT_TRUE(scope.contains("dc=corp,dc=example"));
  EXPECT_TRUE(scope.contains("DC=Corp, DC=Example"));
  EXPECT_TRUE(scope.contains("cn=a,dc=corp,dc=example"));
  EXPECT_TRUE(scope.contains("cn=a\\\\,dc=corp,dc=example"));  // an escaped backslash, then a separator
  EXPECT_FALSE(scope.contains("cn=a\\,dc=corp,dc=example"));   // an escaped comma
  EXPECT_FALSE(scope.contains("dc=mycorp,dc=example"));
  EXPECT_FALSE(scope.contains("dc=example"));
  EXPECT_FALSE(scope.contains("no name"));
  EXPECT_TRUE(scope.contains("no name,dc=corp,dc=example"));  // malformed, but whatever it is would be missing here
}

TEST(DnScope, DropsBasesBelowOtherBases) {
  EXPECT_EQ(DnScope::outermost({"ou=a,dc=x", "dc=x", "DC=X", "dc=y"}), (std::vector<std::string>{"dc=x", "dc=y"}));
}

TEST(DnIndex, FindsTenThousandNamesInOtherSpellings) {
  std::vector<std::string> names;
  for (int i = 0; i < 10'000; ++i) names.push_back("CN=User " + std::to_string(i) + ",OU=People,DC=corp");
  DnIndex index([&](Node node) { return std::string_view(names[node.row]); });
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    ASSERT_EQ(index.insert(names[i], {NodeKind::account, i}), DnIndex::Inserted::yes);
  }
  EXPECT_EQ(index.insert("cn=user 7, ou=people, dc=corp", {NodeKind::group, 1}), DnIndex::Inserted::duplicate);
  EXPECT_EQ(index.insert("user", {NodeKind::group, 1}), DnIndex::Inserted::malformed);
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    ASSERT_EQ(index.find("cn=user " + std::to_string(i) + ",ou=people,dc=corp"), (Node{NodeKind::account, i}));
  }
  EXPECT_FALSE(index.find("CN=User 10000,OU=People,DC=corp"));
  EXPECT_LE(index.bytes(), 10'000U * 24);
}

}  // namespace
}  // namespace tally::directory
