
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;
using model::Tier;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Access, OfSomebodyInNoPrivilegedGroupIsNone) {
  Directory d = with_admins();
  d.join("anna", "staff");
  EXPECT_EQ(d.reach("anna").tier, Tier::none);
  EXPECT_FALSE(d.reach("anna").group.valid());
  EXPECT_EQ(d.unseen("anna"), "");
  EXPECT_THAT(d.path("anna"), IsEmpty());
}

TEST(Access, CountsMembershipsOnTheWay) {
  Directory d;
  const GroupId admins = d.group("admins", Tier::tier0);
  d.join("anna", "admins");
  d.join("otto", "helpdesk");
  d.nest("helpdesk", "operators");
  d.nest("operators", "admins");
  EXPECT_EQ(d.reach("anna").distance, 1);
  EXPECT_EQ(d.reach("otto").distance, 3);
  EXPECT_EQ(d.reach("otto").tier, Tier::tier0);
  EXPECT_EQ(d.reach("otto").group, admins);
  EXPECT_THAT(d.path("otto"), ElementsAre("otto", "helpdesk", "operators", "admins"));
}

TEST(Access, DoesNotRunDownwards) {
  Directory d = with_admins();
  d.join("anna", "everybody");
  d.nest("admins", "everybody");
  EXPECT_EQ(d.reach("anna").tier, Tier::none);
}

TEST(Access, SurvivesCycles) {
  Directory d = with_admins();
  d.nest("a", "b");
  d.nest("b", "c");
  d.nest("c", "a");
  d.nest("c", "admins");
  d.nest("admins", "a");
  d.nest("self", "self");
  d.join("anna", "a");
  d.join("otto", "self");
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "a", "b", "c", "admins"));
  EXPECT_EQ(d.reach("otto").tier, Tier::none);
}

TEST(Access, TakesTheShorterSideOfADiamondAndTheFirstByDnOfEqualOnes) {
  Directory d = with_admins();
  d.join("anna", "start");
  d.nest("start", "left1");
  d.nest("left1", "left2");
  d.nest("left2", "admins");
  d.nest("start", "zebra");
  d.nest("zebra", "admins");
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "start", "zebra", "admins"));
  d.nest("start", "apple");
  d.nest("apple", "admins");
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "start", "apple", "admins"));
}

TEST(Access, RunsThroughThePrimaryGroup) {
  Directory d = with_admins();
  d.primary("anna", "admins");
  EXPECT_EQ(d.reach("anna").distance, 1);
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "admins"));
}

TEST(Access, KnowsTheLongerWayThroughThePrimaryGroupToo) {
  Directory d = with_admins();
  const GroupId staff = d.group("staff");
  const GroupId guests = d.group("guests");
  d.nest("staff", "operators");
  d.nest("operators", "admins");
  d.primary("otto", "staff");
  d.join("otto", "admins");
  EXPECT_THAT(d.path("otto"), ElementsAre("otto", "admins"));
  EXPECT_THAT(d.path_through("otto", staff), ElementsAre("otto", "staff", "operators", "admins"));
  EXPECT_THAT(d.path_through("otto", guests), IsEmpty());
}

TEST(Access, PrefersTierZeroFarAwayToTierOneNearby) {
  Directory d;
  const GroupId admins = d.group("admins", Tier::tier0);
  d.group("servers", Tier::tier1);
  d.join("anna", "servers");
  d.join("anna", "a");
  d.nest("a", "b");
  d.nest("b", "admins");
  EXPECT_EQ(d.reach("anna").tier, Tier::tier0);
  EXPECT_EQ(d.reach("anna").group, admins);
  EXPECT_EQ(d.reach("anna").distance, 3);
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "a", "b", "admins"));
}

TEST(Access, PassesThroughAGroupOfTheLesserTier) {
  Directory d = with_admins();
  d.group("servers", Tier::tier1);
  d.nest("servers", "admins");
  d.join("anna", "servers");
  EXPECT_EQ(d.reach("anna").tier, Tier::tier0);
}

TEST(Access, CannotRuleOutMoreWhereTheDirectoryWasNotFullySeen) {
  Directory d = with_admins();
  d.group("servers", Tier::tier1);
  d.join("anna", "admins");
  d.join("otto", "servers");
  d.join("mina", "staff");
  d.snapshot().sources[0].coverage.lower(model::CoverageState::partial, model::Gap::Kind::size_limit,
                                         "the server stopped after 500 entries");
  const std::string why = "directory ad was not completely seen (the server stopped after 500 entries)";
  EXPECT_EQ(d.unseen("anna"), "") << "nothing is above tier 0";
  EXPECT_EQ(d.unseen("otto"), why);
  EXPECT_EQ(d.reach("otto").tier, Tier::tier1);
  EXPECT_EQ(d.unseen("mina"), why);
}

TEST(Access, CannotRuleOutMembersOfAPrivilegedGroupThatCouldNotBeRead) {
  Directory d = with_admins();
  d.join("anna", "staff");
  d.hide_members("staff", "a range was refused");
  EXPECT_EQ(d.unseen("anna"), "") << "who else is in staff gives nobody power";
  d.hide_members("admins", "a range was refused");
  EXPECT_EQ(d.unseen("anna"), "not all members of admins could be read (a range was refused)");
}

TEST(Access, CannotRuleOutUnreadMembersOfAGroupThatIsNestedInAPrivilegedOne) {
  Directory d;
  d.group("servers", Tier::tier1);
  d.nest("operators", "servers");
  d.nest("helpdesk", "operators");
  d.hide_members("helpdesk", "a dynamic group");
  d.account("anna");
  EXPECT_EQ(d.unseen("anna"), "not all members of helpdesk could be read (a dynamic group)");
}

TEST(Access, NamesTheFirstThreeOfManyUnreadGroups) {
  Directory d;
  d.account("anna");
  for (const char* name : {"e", "d", "c", "b", "a"}) {
    d.group(name, Tier::tier0);
    d.hide_members(name, "cut");
  }
  EXPECT_EQ(d.unseen("anna"),
            "not all members of a could be read (cut); not all members of b could be read (cut); not all members of c "
            "could be read (cut); the same for 2 more groups");
}

TEST(Access, DoesNotDoubtOneDirectoryForAnothersSake) {
  Directory d = with_admins();
  d.account("anna");
  d.snapshot().sources.emplace_back().name = "other";
  d.snapshot().sources[1].kind = model::SourceKind::directory;
  EXPECT_EQ(d.unseen("anna"), "");
}

TEST(Access, CountsNoFurtherThanItsSixteenBits) {
  Directory d;
  d.group("g0", Tier::tier0);
  for (int i = 1; i < 70000; ++i) d.nest(fmt::format("g{}", i), fmt::format("g{}", i - 1));
  d.join("anna", "g69999");
  EXPECT_EQ(d.reach("anna").distance, 65535);
  EXPECT_EQ(d.path("anna").size(), 70001u);
}

/// Every group above an account, by plain recursion.
void climb(const Snapshot& s, GroupId group, std::set<GroupId>& seen) {
  if (!seen.insert(group).second) return;
  for (const GroupId above : s.groups_of_group.row(group.index())) climb(s, above, seen);
}

/// Memberships on the shortest way from a group to one of that tier, by trying all ways without repetition.
std::optional<int> shortest(const Snapshot& s, GroupId from, Tier tier, std::set<GroupId>& on_the_way) {
  if (s.groups.tier[from.index()] == tier) return 0;
  std::optional<int> best;
  on_the_way.insert(from);
  for (const GroupId above : s.groups_of_group.row(from.index())) {
    if (on_the_way.contains(above)) continue;
    const auto rest = shortest(s, above, tier, on_the_way);
    if (rest && (!best || *rest + 1 < *best)) best = *rest + 1;
  }
  on_the_way.erase(from);
  return best;
}

void expect_same(const Snapshot& s, const Access& access, AccountId account) {
  std::set<GroupId> all;
  std::optional<int> way[2];
  for (const GroupId group : s.groups_of_account.row(account.index())) {
    climb(s, group, all);
    for (int t = 0; t < 2; ++t) {
      std::set<GroupId> on_the_way;
      const auto rest = shortest(s, group, t == 0 ? Tier::tier0 : Tier::tier1, on_the_way);
      if (rest && (!way[t] || *rest + 1 < *way[t])) way[t] = *rest + 1;
    }
  }
  Tier expected = Tier::none;
  for (const GroupId group : all) expected = std::max(expected, s.groups.tier[group.index()]);
  const Reach& reach = access.reach(account);
  ASSERT_EQ(reach.tier, expected);
  const auto path = access.path(s, account);
  ASSERT_EQ(path.empty(), expected == Tier::none);
  if (expected == Tier::none) return;
  const int distance = *way[expected == Tier::tier0 ? 0 : 1];
  ASSERT_EQ(reach.distance, distance);
  ASSERT_EQ(path.size(), static_cast<std::size_t>(distance) + 1);
  ASSERT_EQ(path.back(), s.view(s.groups.name[reach.group.index()]));
}

TEST(Access, AgreesWithPlainRecursionOnRandomDirectories) {
  std::mt19937 random(42);
  const auto below = [&](int n) { return std::to_string(std::uniform_int_distribution(0, n - 1)(random)); };
  for (int round = 0; round < 1000; ++round) {
    Directory d;
    for (int i = 0; i < 9; ++i) {
      const int tier = std::uniform_int_distribution(0, 5)(random);
      d.group("g" + std::to_string(i), tier == 0 ? Tier::tier0 : tier == 1 ? Tier::tier1 : Tier::none);
    }
    for (int i = 0; i < 12; ++i) d.nest("g" + below(9), "g" + below(9));
    for (int i = 0; i < 8; ++i) d.join("a" + below(6), "g" + below(9));
    const Access access = effective_access(d.seen());
    for (std::uint32_t i = 0; i < d.seen().accounts.size(); ++i) expect_same(d.seen(), access, AccountId(i));
  }
}

TEST(Access, DoesNotDependOnTheOrderOfReading) {
  std::mt19937 random(3);
  std::vector<std::pair<int, int>> nestings, memberships;
  for (int i = 0; i < 60; ++i) nestings.emplace_back(i * 7 % 30, i * 11 % 29);
  for (int i = 0; i < 40; ++i) memberships.emplace_back(i % 20, i * 13 % 30);
  std::map<std::string, std::pair<std::vector<std::string>, std::string>> expected;
  for (int round = 0; round < 10; ++round) {
    Directory d;
    std::vector<int> order(30);
    std::iota(order.begin(), order.end(), 0);
    if (round > 0) std::shuffle(order.begin(), order.end(), random);
    for (const int i : order) {
      const std::string name = "g" + std::to_string(i);
      d.group(name, i == 3 || i == 17 ? Tier::tier0 : i == 5 ? Tier::tier1 : Tier::none);
      if (i % 4 == 0) d.hide_members(name, "cut " + std::to_string(i));
    }
    if (round > 0) std::shuffle(memberships.begin(), memberships.end(), random);
    for (const auto& [from, to] : nestings) d.nest("g" + std::to_string(from), "g" + std::to_string(to));
    for (const auto& [from, to] : memberships) d.join("a" + std::to_string(from), "g" + std::to_string(to));
    std::map<std::string, std::pair<std::vector<std::string>, std::string>> now;
    for (int i = 0; i < 20; ++i) {
      const std::string login = "a" + std::to_string(i);
      now[login] = {d.path(login), d.unseen(login)};
    }
    if (round == 0) expected = now;
    EXPECT_EQ(now, expected);
  }
}

}  // namespace
}  // namespace tally::access
