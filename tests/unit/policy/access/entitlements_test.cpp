#include "policy/access/entitlements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::EntitlementClass;
using model::Tier;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

EntitlementClass entitlement(const std::string& name, const std::vector<std::string>& groups,
                             const std::string& in = "") {
  EntitlementClass out{name, {}, {}};
  for (const std::string& group : groups) out.groups.push_back({group, {}, {}, in, {}});
  return out;
}

std::vector<std::string> held(Directory& d, const std::vector<EntitlementClass>& classes, const std::string& login) {
  const model::Snapshot& s = d.seen();
  Entitlements all(s, GroupGraph(s), classes);
  std::vector<std::string> out;
  for (const std::uint16_t number : all.of(d.account(login))) out.emplace_back(all.name(number));
  return out;
}

std::string unseen(Directory& d, const std::vector<EntitlementClass>& classes, std::uint32_t source = 0) {
  const model::Snapshot& s = d.seen();
  return std::string(Entitlements(s, GroupGraph(s), classes).unseen(model::SourceId(source)));
}

TEST(Entitlements, AreHeldDirectlyAndThroughNestingInTheOrderOfNames) {
  Directory d;
  d.nest("clerks", "ap");
  d.nest("ap", "clerks");
  d.join("anna", "clerks");
  d.join("anna", "approvers");
  d.join("otto", "staff");
  const std::vector<EntitlementClass> classes{entitlement("pay.create", {"AP"}),
                                              entitlement("pay.approve", {"Approvers"})};
  EXPECT_THAT(held(d, classes, "anna"), ElementsAre("pay.approve", "pay.create"));
  EXPECT_THAT(held(d, classes, "otto"), IsEmpty());
}

TEST(Entitlements, OfOneNameAreOneClassInSeveralDirectories) {
  Directory d("corp");
  d.join("anna", "ap");
  d.another("unix");
  d.join("uma", "paymaker");
  const std::vector<EntitlementClass> classes{entitlement("pay.create", {"ap"}, "corp"),
                                              entitlement("pay.create", {"paymaker"}, "unix")};
  EXPECT_THAT(held(d, classes, "anna"), ElementsAre("pay.create"));
  EXPECT_THAT(held(d, classes, "uma"), ElementsAre("pay.create"));
}

TEST(Entitlements, OfOneDirectoryAloneAreNotThoseOfItsNamesakes) {
  Directory d("corp");
  d.join("anna", "ap");
  EXPECT_THAT(held(d, {entitlement("pay.create", {"ap"}, "unix")}, "anna"), IsEmpty());
}

TEST(Entitlements, MayBeMoreWhereMembersOfTheirGroupsAreHidden) {
  Directory d;
  d.join("anna", "ap");
  d.group("staff");
  d.hide_members("staff", "cut");
  const std::vector<EntitlementClass> classes{entitlement("pay.create", {"ap"})};
  EXPECT_EQ(unseen(d, classes), "") << "who is in staff can pay nothing";
  d.nest("clerks", "ap");
  d.hide_members("clerks", "cut");
  EXPECT_EQ(unseen(d, classes), "not all members of clerks could be read (cut)");
}

TEST(GroupChoice, FitsByNameRdnDnSidOrRidAndBothWhenBothAreSet) {
  Directory d;
  const model::GroupId admins = d.group("Domain Admins");
  d.sid("Domain Admins", "S-1-5-21-1-2-3-512");
  const model::Snapshot& s = d.seen();
  EXPECT_THAT(groups_of(s, {.name = "domain admins"}), ElementsAre(admins));
  EXPECT_THAT(groups_of(s, {.name = "CN=Domain Admins"}), ElementsAre(admins));
  EXPECT_THAT(groups_of(s, {.sid = "S-1-5-21-1-2-3-512"}), ElementsAre(admins));
  EXPECT_THAT(groups_of(s, {.rid = 512}), ElementsAre(admins));
  EXPECT_THAT(groups_of(s, {.rid = 12}), IsEmpty());
  EXPECT_THAT(groups_of(s, {.name = "Domain Users", .rid = 512}), IsEmpty());
  EXPECT_THAT(groups_of(s, {.name = "Domain Admins", .source = "other"}), IsEmpty());
  EXPECT_THAT(groups_of(s, {.name = "Domain Admins", .profile = "openldap"}), IsEmpty());
  EXPECT_THAT(groups_of(s, {.name = "Domain Admins", .profile = "active-directory"}), ElementsAre(admins));
  EXPECT_THAT(groups_of(s, {}), IsEmpty());
}

TEST(Tiers, AreRaisedByAPackAndNeverLowered) {
  Directory d = with_admins();
  d.group("dnsadmins");
  d.snapshot().groups.tier_basis[0] = d.snapshot().text.add("by SID");
  d.join("anna", "dnsadmins");
  const std::vector<model::PrivilegedTarget> targets{
      {{.name = "DnsAdmins"}, Tier::tier0, "loads code"},
      {{.name = "admins"}, Tier::tier1, "less"},
      {{.name = "nowhere"}, Tier::tier0, "no such group"},
  };
  const Access access = effective_access(d.seen(), targets);
  EXPECT_EQ(access.reach(d.account("anna")).tier, Tier::tier0);
  EXPECT_EQ(access.tiers().basis(d.snapshot(), d.group("dnsadmins")), "loads code");
  EXPECT_EQ(access.tiers().of(d.group("admins")), Tier::tier0);
  EXPECT_EQ(access.tiers().basis(d.snapshot(), d.group("admins")), "by SID");
  EXPECT_EQ(effective_access(d.seen()).reach(d.account("anna")).tier, Tier::none) << "without the pack";
}

}  // namespace
}  // namespace tally::access
