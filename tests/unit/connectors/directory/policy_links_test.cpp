// gPLink and gPOptions as [MS-GPOL] 2.2.2 writes them.
#include "connectors/directory/policy_links.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> links(std::string_view value) {
  const auto parsed = parse_policy_links(value);
  if (!parsed) return {parsed.error().message};
  std::vector<std::string> out;
  for (const PolicyLink& one : *parsed)
    out.push_back(one.dn + (one.enabled ? "" : " disabled") + (one.enforced ? " enforced" : ""));
  return out;
}

TEST(PolicyLinks, AreReadInTheirOrderWithTheirOptions) {
  EXPECT_THAT(links("[LDAP://cn={A},cn=policies,cn=system,DC=corp;0][ldap://CN={B},CN=Policies,CN=System,DC=corp;1]"
                    "[LDAP://CN={C},DC=corp;2][LDAP://CN={D},DC=corp;3]"),
              ElementsAre("cn={A},cn=policies,cn=system,DC=corp", "CN={B},CN=Policies,CN=System,DC=corp disabled",
                          "CN={C},DC=corp enforced", "CN={D},DC=corp disabled enforced"));
}

TEST(PolicyLinks, OfAValueWithoutAnyAreNone) {
  EXPECT_THAT(links(""), IsEmpty());
  EXPECT_THAT(links(" "), IsEmpty()) << "what is left when the last link is taken away";
}

TEST(PolicyLinks, ThatAreNoneSayWhere) {
  EXPECT_THAT(links("LDAP://CN={A};0"), ElementsAre("gPLink: at byte 0: expected [LDAP://"));
  EXPECT_THAT(links("[LDAP://CN={A};0"), ElementsAre("gPLink: at byte 16: expected ]"));
  EXPECT_THAT(links("[HTTP://CN={A};0]"), ElementsAre("gPLink: at byte 1: expected LDAP://"));
  EXPECT_THAT(links("[LDAP://CN={A}]"),
              ElementsAre("gPLink: at byte 8: expected the name of a group policy and its options"));
  EXPECT_THAT(links("[LDAP://;0]"),
              ElementsAre("gPLink: at byte 8: expected the name of a group policy and its options"));
  EXPECT_THAT(links("[LDAP://CN={A};0][LDAP://CN={B};x]"),
              ElementsAre("gPLink: at byte 32: expected the options of a link, a number"));
  EXPECT_THAT(links("[LDAP://CN={A};]"), ElementsAre("gPLink: at byte 15: expected the options of a link, a number"));
}

TEST(PolicyOptions, BlockByTheirLowestBit) {
  EXPECT_TRUE(blocks_policies("1"));
  EXPECT_TRUE(blocks_policies("3"));
  EXPECT_FALSE(blocks_policies("0"));
  EXPECT_FALSE(blocks_policies("2"));
  EXPECT_FALSE(blocks_policies(""));
  EXPECT_FALSE(blocks_policies("one"));
}

}  // namespace
}  // namespace tally::directory
