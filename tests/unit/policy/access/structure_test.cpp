// How somebody comes to power: only over other groups, in circles, by which ways; judged by a naive reader too.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;
using model::Tier;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::vector<std::string>> ways(Directory& d, const std::string& login) {
  std::vector<std::vector<std::string>> out;
  const Access access = d.access();
  for (const Way& way : access.ways(d.snapshot(), d.account(login))) {
    std::vector<std::string> names;
    for (const GroupId group : way.groups) {
      names.emplace_back(d.snapshot().view(d.snapshot().groups.name[group.index()]));
    }
    out.push_back(names);
  }
  return out;
}

TEST(OnlyThroughNesting, IsWhoIsInNoPrivilegedGroupHimself) {
  Directory d = with_admins();
  d.nest("helpdesk", "admins");
  d.join("nested", "helpdesk");
  d.join("direct", "admins");
  d.join("both", "helpdesk");
  d.join("both", "admins");
  d.primary("primary", "admins");
  d.join("nobody", "staff");
  EXPECT_EQ(d.only_through_nesting("nested"), "yes");
  EXPECT_EQ(d.only_through_nesting("direct"), "no");
  EXPECT_EQ(d.only_through_nesting("both"), "no");
  EXPECT_EQ(d.only_through_nesting("primary"), "no");
  EXPECT_EQ(d.only_through_nesting("nobody"), "no");
}

TEST(OnlyThroughNesting, LooksAtTheTierThatIsReached) {
  Directory d = with_admins();
  d.group("servers", Tier::tier1);
  d.nest("servers", "admins");
  d.join("anna", "servers");
  EXPECT_EQ(d.only_through_nesting("anna"), "yes") << "her direct group gives tier 1, the nesting gives tier 0";
}

TEST(OnlyThroughNesting, CannotBeToldWhereADirectMembershipMayBeHidden) {
  Directory d = with_admins();
  d.nest("helpdesk", "admins");
  d.join("nested", "helpdesk");
  d.join("direct", "admins");
  d.account("nobody");
  d.hide_members("admins", "cut");
  const std::string why = "unknown: not all members of admins could be read (cut)";
  EXPECT_EQ(d.only_through_nesting("nested"), why);
  EXPECT_EQ(d.only_through_nesting("direct"), "no") << "direct is direct, whoever else is";
  EXPECT_EQ(d.only_through_nesting("nobody"), why);
}

TEST(OnlyThroughNesting, IsCertainWhereOnlyMembersOfTheNestedGroupAreHidden) {
  Directory d = with_admins();
  d.nest("helpdesk", "admins");
  d.join("nested", "helpdesk");
  d.hide_members("helpdesk", "cut");
  EXPECT_EQ(d.only_through_nesting("nested"), "yes");
}

TEST(OnlyThroughNesting, APopulationThatNobodyListsIsNoDirectMembership) {
  Directory d = with_admins();
  d.nest("helpdesk", "admins");
  d.join("nested", "helpdesk");
  d.hide_members("admins", "Everyone is a member", true);
  EXPECT_EQ(d.only_through_nesting("nested"), "yes");
}

TEST(OnlyThroughNesting, CannotBeToldOfAPartialDirectoryNorWithoutThePrimaryGroup) {
  Directory d = with_admins();
  d.nest("helpdesk", "admins");
  d.join("anna", "helpdesk");
  d.join("otto", "helpdesk");
  d.hide_primary("otto", "primaryGroupID=9999: no group with the SID S-1-5-21-1-2-3-9999 was seen");
  EXPECT_EQ(d.only_through_nesting("anna"), "yes");
  EXPECT_EQ(d.only_through_nesting("otto"), "unknown: the primary group was not seen");
  d.cut();
  EXPECT_EQ(d.only_through_nesting("anna"),
            "unknown: directory ad was not completely seen (the server stopped after 500 entries)");
}

TEST(ThroughACircle, IsWhoPassesAGroupThatContainsItself) {
  Directory d = with_admins();
  d.nest("a", "b");
  d.nest("b", "a");
  d.nest("b", "admins");
  d.nest("below", "a");
  d.nest("straight", "admins");
  d.join("inside", "a");
  d.join("below", "below");
  d.join("straight", "straight");
  EXPECT_EQ(d.through_circle("inside"), "yes");
  EXPECT_EQ(d.through_circle("below"), "yes");
  EXPECT_EQ(d.through_circle("straight"), "no");
  EXPECT_THAT(d.access().circle(d.snapshot(), d.account("below")), ElementsAre("below", "below", "a", "b", "a"));
  EXPECT_THAT(d.access().circle(d.snapshot(), d.account("straight")), IsEmpty());
}

TEST(ThroughACircle, IsAMemberOfAPrivilegedGroupThatContainsItself) {
  Directory d = with_admins();
  d.nest("admins", "admins");
  d.join("anna", "admins");
  EXPECT_EQ(d.through_circle("anna"), "yes");
  EXPECT_THAT(d.access().circle(d.snapshot(), d.account("anna")), ElementsAre("anna", "admins", "admins"));
}

TEST(ThroughACircle, IsNotWhoseCircleLeadsNowhere) {
  Directory d = with_admins();
  d.nest("x", "y");
  d.nest("y", "x");
  d.nest("admins", "x");
  d.join("anna", "x");
  d.join("anna", "admins");
  EXPECT_EQ(d.through_circle("anna"), "no");
}

TEST(ThroughACircle, MayBeHiddenEvenFromADirectMemberOfTierZero) {
  Directory d = with_admins();
  d.join("anna", "admins");
  EXPECT_EQ(d.through_circle("anna"), "no");
  d.hide_members("admins", "cut");
  EXPECT_EQ(d.through_circle("anna"), "unknown: not all members of admins could be read (cut)");
}

TEST(Ways, AreShortestToEveryPrivilegedGroup) {
  Directory d = with_admins();
  d.group("backup", Tier::tier0);
  d.group("servers", Tier::tier1);
  d.nest("helpdesk", "operators");
  d.nest("operators", "admins");
  d.nest("operators", "servers");
  d.nest("helpdesk", "servers");
  d.join("anna", "helpdesk");
  d.join("anna", "backup");
  EXPECT_THAT(ways(d, "anna"), ElementsAre(ElementsAre("backup"), ElementsAre("helpdesk", "operators", "admins"),
                                           ElementsAre("helpdesk", "servers")));
  d.account("otto");
  EXPECT_THAT(ways(d, "otto"), IsEmpty());
}

TEST(Ways, TakeTheSideThatComesFirstByDn) {
  Directory d = with_admins();
  // By DN "b" comes before "c", although "a" above "c" comes before "z" above "b".
  d.join("anna", "b");
  d.join("anna", "c");
  d.nest("b", "z");
  d.nest("c", "a");
  d.nest("z", "admins");
  d.nest("a", "admins");
  EXPECT_THAT(ways(d, "anna"), ElementsAre(ElementsAre("b", "z", "admins")));
  EXPECT_THAT(d.path("anna"), ElementsAre("anna", "b", "z", "admins"));
}

TEST(NestingDepth, CountsTheGroupsBelowOneUnderTheOther) {
  Directory d;
  d.nest("c", "b");
  d.nest("b", "a");
  d.nest("d", "a");
  const GroupGraph graph(d.seen());
  EXPECT_EQ(graph.nesting_depth(d.group("a")), 2U);
  EXPECT_EQ(graph.nesting_depth(d.group("b")), 1U);
  EXPECT_EQ(graph.nesting_depth(d.group("c")), 0U);
}

TEST(NestingDepth, CountsACircleAsOneGroup) {
  Directory d;
  d.nest("x", "y");
  d.nest("y", "z");
  d.nest("z", "x");
  d.nest("below", "y");
  d.nest("x", "top");
  const GroupGraph graph(d.seen());
  EXPECT_EQ(graph.nesting_depth(d.group("top")), 2U);
  for (const char* name : {"x", "y", "z"}) {
    EXPECT_EQ(graph.nesting_depth(d.group(name)), 1U) << name;
    EXPECT_TRUE(graph.in_circle(d.group(name))) << name;
  }
  EXPECT_FALSE(graph.in_circle(d.group("top")));
  EXPECT_FALSE(graph.in_circle(d.group("below")));
}

TEST(RootGroup, OfUnixHostsIsPrivilegeWithoutAnEntry) {
  Directory d;
  d.account("toor");
  d.account("anna");
  d.hide_primary("toor", "gidNumber=0: no group with that number was seen");
  d.hide_primary("anna", "gidNumber=1000: no group with that number was seen");
  EXPECT_EQ(d.reach("toor").tier, Tier::tier1);
  EXPECT_EQ(d.reach("toor").distance, 1);
  EXPECT_THAT(d.path("toor"), ElementsAre("toor", "gidNumber=0"));
  EXPECT_EQ(d.reach("anna").tier, Tier::none);
  EXPECT_EQ(d.unseen("anna"), "");
}

// ---- the naive judge: one question at a time, by walking ----

std::set<GroupId> all_above(const Snapshot& s, GroupId group) {
  std::set<GroupId> seen;
  const std::function<void(GroupId)> walk = [&](GroupId from) {
    for (const GroupId above : s.groups_of_group.row(from.index())) {
      if (seen.insert(above).second) walk(above);
    }
  };
  walk(group);
  return seen;
}

bool contains_itself(const Snapshot& s, GroupId group) { return all_above(s, group).contains(group); }

bool leads(const Snapshot& s, GroupId group) {
  std::set<GroupId> all = all_above(s, group);
  all.insert(group);
  return std::any_of(all.begin(), all.end(), [&](GroupId g) { return s.groups.tier[g.index()] != Tier::none; });
}

/// Longest chain below, each circle left by none of its own groups.
std::uint32_t depth_below(const Snapshot& s, GroupId group) {
  const std::set<GroupId> above = all_above(s, group);
  const auto same_circle = [&](GroupId a, GroupId b) {
    return a == b || (all_above(s, a).contains(b) && all_above(s, b).contains(a));
  };
  std::uint32_t deepest = 0;
  for (std::uint32_t low = 0; low < s.groups.size(); ++low) {
    for (const GroupId up : s.groups_of_group.row(low)) {
      if (same_circle(GroupId(low), up) || !same_circle(up, group)) continue;
      deepest = std::max(deepest, depth_below(s, GroupId(low)) + 1);
    }
  }
  return deepest;
}

void judge(const Snapshot& s, const Access& access, AccountId account) {
  const auto direct = s.groups_of_account.row(account.index());
  std::set<GroupId> all(direct.begin(), direct.end());
  for (const GroupId group : direct) all.merge(all_above(s, group));
  Tier tier = Tier::none;
  bool circle = false;
  std::size_t targets = 0;
  for (const GroupId group : all) {
    tier = std::max(tier, s.groups.tier[group.index()]);
    circle = circle || (contains_itself(s, group) && leads(s, group));
    if (s.groups.tier[group.index()] != Tier::none) ++targets;
  }
  const bool has_direct =
      std::any_of(direct.begin(), direct.end(), [&](GroupId g) { return s.groups.tier[g.index()] == tier; });
  const auto truth = [](bool b) { return b ? model::Truth::yes : model::Truth::no; };
  ASSERT_EQ(access.only_through_nesting(s, account).value, truth(tier != Tier::none && !has_direct));
  ASSERT_EQ(access.through_circle(s, account).value, truth(circle));
  ASSERT_EQ(access.circle(s, account).empty(), !circle);
  const auto ways = access.ways(s, account);
  ASSERT_EQ(ways.size(), targets);
  for (const Way& way : ways) {
    ASSERT_TRUE(std::find(direct.begin(), direct.end(), way.groups.front()) != direct.end());
    for (std::size_t i = 1; i < way.groups.size(); ++i) {
      const auto above = s.groups_of_group.row(way.groups[i - 1].index());
      ASSERT_TRUE(std::find(above.begin(), above.end(), way.groups[i]) != above.end());
    }
  }
  if (tier == Tier::none) return;
  ASSERT_EQ(ways.front().tier, tier);
  ASSERT_EQ(ways.front().groups.size(), access.reach(account).distance);
  std::vector<std::string> names = access.path(s, account);
  const auto same_target = std::find_if(ways.begin(), ways.end(),
                                        [&](const Way& w) { return w.groups.back() == access.reach(account).group; });
  ASSERT_EQ(names.size(), same_target->groups.size() + 1);
  for (std::size_t i = 1; i < names.size(); ++i) {
    ASSERT_EQ(names[i], s.view(s.groups.name[same_target->groups[i - 1].index()]));
  }
}

TEST(Structure, IsWhatANaiveWalkFindsInTenThousandRandomDirectories) {
  std::mt19937 random(7);
  const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
  const auto some = [&](char letter, int n) { return fmt::format("{}{}", letter, below(n)); };
  for (int round = 0; round < 10'000; ++round) {
    Directory d;
    const int groups = 2 + below(7), nestings = below(groups * 2);
    for (int i = 0; i < groups; ++i) {
      const int tier = below(6);
      d.group(fmt::format("g{}", i), tier == 0 ? Tier::tier0 : tier == 1 ? Tier::tier1 : Tier::none);
    }
    for (int i = 0; i < nestings; ++i) d.nest(some('g', groups), some('g', groups));
    for (int i = 0; i < 5; ++i) d.join(some('a', 4), some('g', groups));
    const Snapshot& s = d.seen();
    const Access access = effective_access(s);
    for (std::uint32_t g = 0; g < s.groups.size(); ++g) {
      ASSERT_EQ(access.graph().in_circle(GroupId(g)), contains_itself(s, GroupId(g))) << "round " << round;
      ASSERT_EQ(access.leads_to_privilege(GroupId(g)), leads(s, GroupId(g))) << "round " << round;
      ASSERT_EQ(access.graph().nesting_depth(GroupId(g)), depth_below(s, GroupId(g))) << "round " << round;
    }
    for (std::uint32_t a = 0; a < s.accounts.size(); ++a) {
      judge(s, access, AccountId(a));
      if (HasFatalFailure()) FAIL() << "round " << round << ", account " << a;
    }
  }
}

}  // namespace
}  // namespace tally::access
