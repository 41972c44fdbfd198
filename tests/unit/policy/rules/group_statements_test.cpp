#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kHead = "[pack]\nid = \"acme\"\nversion = \"1\"\ntitle = \"Acme\"\n";  // four lines

std::vector<std::string> troubles(const std::string& statements) {
  const auto pack = load_pack(std::string(kHead) + statements, "acme.toml");
  std::vector<std::string> out;
  if (pack) return out;
  for (const base::Diagnostic& d : pack.error()) out.push_back(to_string(d));
  return out;
}

Pack pack_of(const std::string& statements) {
  auto pack = load_pack(std::string(kHead) + statements, "acme.toml");
  EXPECT_TRUE(pack) << (pack ? "" : to_string(pack.error().front()));
  return pack ? std::move(*pack) : Pack{};
}

TEST(PrivilegedGroupsOfAPack, AreReadByNameSidAndRid) {
  const Pack pack = pack_of(R"(
[[privileged_group]]
group = "DnsAdmins"
tier = 0
reason = "loads code"
[[privileged_group]]
sid = "S-1-5-32-551"
in = "corp-ad"
tier = "1"
reason = "reads everything"
[[privileged_group]]
rid = 512
tier = 0
reason = "all"
)");
  ASSERT_EQ(pack.privileged_groups.size(), 3U);
  EXPECT_EQ(pack.privileged_groups[0].groups.name, "DnsAdmins");
  EXPECT_EQ(pack.privileged_groups[0].tier, model::Tier::tier0);
  EXPECT_EQ(pack.privileged_groups[0].reason, "loads code");
  EXPECT_EQ(pack.privileged_groups[1].groups.sid, "S-1-5-32-551");
  EXPECT_EQ(pack.privileged_groups[1].groups.source, "corp-ad");
  EXPECT_EQ(pack.privileged_groups[1].tier, model::Tier::tier1);
  EXPECT_EQ(pack.privileged_groups[2].groups.rid, 512U);
}

TEST(PrivilegedGroupsOfAPack, PointAtEveryMistake) {
  EXPECT_THAT(troubles("[[privileged_group]]\ntier = 0\nreason = \"r\"\n"),
              ElementsAre("acme.toml:5:1: which group? \"group\" (a name or DN), \"sid\" or \"rid\" is missing"));
  EXPECT_THAT(troubles("[[privileged_group]]\ngroup = \"a\"\ntier = 2\nreason = \"r\"\n"),
              ElementsAre("acme.toml:7:8: a tier is 0 (the directory itself) or 1 (servers and what is on them)"));
  EXPECT_THAT(troubles("[[privileged_group]]\ngroup = \"a\"\nreason = \"r\"\n"),
              ElementsAre("acme.toml:5:1: \"tier\" is missing"));
  EXPECT_THAT(troubles("[[privileged_group]]\nsid = \"Administrators\"\ntier = 0\nreason = \"r\"\n"),
              ElementsAre("acme.toml:6:7: \"Administrators\" is no security identifier: S-1-… is expected"));
  EXPECT_THAT(troubles("[[privileged_group]]\nrid = -1\ntier = 0\nreason = \"r\"\n"),
              ElementsAre("acme.toml:6:7: a rid is a number of 32 bits, such as 512"));
  EXPECT_THAT(
      troubles("[[privileged_group]]\ngroup = \"a\"\nprofile = \"openlap\"\ntier = 0\nreason = \"r\"\n"),
      ElementsAre(
          "acme.toml:7:11: a profile is \"active-directory\", \"openldap\", \"389ds\" or \"generic\" (did you mean "
          "\"openldap\"?)"));
  EXPECT_THAT(troubles("[[privileged_group]]\ngroop = \"a\"\ngroup = \"a\"\ntier = 0\nreason = \"r\"\n"),
              ElementsAre("acme.toml:6:1: unknown key \"groop\" (did you mean \"group\"?)"));
  EXPECT_THAT(troubles("[[privileged_group]]\ngroup = \"a\"\ntier = 0\n"),
              ElementsAre("acme.toml:5:1: \"reason\" is missing"));
}

TEST(EntitlementsOfAPack, AreReadWithTheirGroups) {
  const Pack pack = pack_of(R"(
[[entitlement]]
name = "payments.approve"
about = "Lets money go"
groups = ["AP Approvers", "cn=approvers,ou=groups,dc=example,dc=com"]
sids = ["S-1-5-21-1-2-3-1200"]
in = "corp-ad"
)");
  ASSERT_EQ(pack.entitlements.size(), 1U);
  EXPECT_EQ(pack.entitlements[0].name, "payments.approve");
  ASSERT_EQ(pack.entitlements[0].groups.size(), 3U);
  EXPECT_EQ(pack.entitlements[0].groups[1].name, "cn=approvers,ou=groups,dc=example,dc=com");
  EXPECT_EQ(pack.entitlements[0].groups[2].sid, "S-1-5-21-1-2-3-1200");
  EXPECT_EQ(pack.entitlements[0].groups[2].source, "corp-ad");
}

TEST(EntitlementsOfAPack, WithoutAGroupAreAMistake) {
  EXPECT_THAT(troubles("[[entitlement]]\nname = \"x\"\n"),
              ElementsAre("acme.toml:5:1: the entitlement \"x\" names no group (write groups = [\"…\"] or sids = "
                          "[\"S-1-…\"])"));
  EXPECT_THAT(troubles("[[entitlement]]\nname = \"x\"\nsids = [\"S-1-5-\"]\n"),
              ElementsAre("acme.toml:5:1: the entitlement \"x\" names no group (write groups = [\"…\"] or sids = "
                          "[\"S-1-…\"])",
                          "acme.toml:7:8: \"S-1-5-\" is no security identifier: S-1-… is expected"));
}

TEST(StatementsAboutGroups, AreInForceTogetherAndChangeTheDigest) {
  const Pack plain = pack_of(""), more = pack_of(R"(
[[privileged_group]]
group = "DnsAdmins"
tier = 0
reason = "loads code"
[[entitlement]]
name = "x"
groups = ["y"]
)");
  const auto without = RuleSet::build({plain}), with = RuleSet::build({more});
  EXPECT_EQ(with->privileged_groups().size(), 1U);
  EXPECT_EQ(with->entitlement_classes().size(), 1U);
  EXPECT_NE(without->digest(), with->digest());
}

}  // namespace
}  // namespace tally::rules
