#include "policy/access/effective_groups.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "name", "name direct", "name direct primary".
std::vector<std::string> groups_of(Directory& d, const std::string& login) {
  const Snapshot& s = d.seen();
  const GroupGraph graph(s);
  EffectiveGroups groups(s, graph);
  std::vector<std::string> out;
  for (const EffectiveGroup& in : groups.of(d.account(login))) {
    out.push_back(fmt::format("{}{}{}", s.view(s.groups.name[in.group.index()]), in.direct ? " direct" : "",
                              in.primary ? " primary" : ""));
  }
  return out;
}

TEST(EffectiveGroups, AreDirectPrimaryAndNestedOnesInTheOrderOfDns) {
  Directory d;
  d.join("anna", "team");
  d.primary("anna", "users");
  d.nest("team", "division");
  d.nest("users", "everybody");
  d.nest("division", "everybody");
  EXPECT_THAT(groups_of(d, "anna"), ElementsAre("division", "everybody", "team direct", "users direct primary"));
  d.account("otto");
  EXPECT_THAT(groups_of(d, "otto"), IsEmpty());
}

TEST(EffectiveGroups, AreEachOnceInCircles) {
  Directory d;
  d.nest("a", "b");
  d.nest("b", "c");
  d.nest("c", "a");
  d.nest("c", "c");
  d.join("anna", "b");
  EXPECT_THAT(groups_of(d, "anna"), ElementsAre("a", "b direct", "c"));
}

TEST(EffectiveGroups, AreOfOneAccountAfterTheOtherWithoutTraces) {
  Directory d;
  d.join("anna", "a");
  d.join("otto", "b");
  d.nest("a", "top");
  d.nest("b", "top");
  const Snapshot& s = d.seen();
  std::vector<std::size_t> counts;
  for_each_account(s, GroupGraph(s), [&](AccountId account, auto groups) {
    EXPECT_EQ(account.index(), counts.size());
    counts.push_back(groups.size());
  });
  EXPECT_THAT(counts, ElementsAre(2U, 2U));
}

TEST(EffectiveGroups, AreWhatPlainRecursionFindsInRandomDirectories) {
  std::mt19937 random(11);
  const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
  for (int round = 0; round < 10'000; ++round) {
    Directory d;
    const int groups = 1 + below(9);
    for (int i = 0; i < groups; ++i) d.group(fmt::format("g{}", i));
    for (int i = below(20); i > 0; --i) {
      d.nest(fmt::format("g{}", below(groups)), fmt::format("g{}", below(groups)));
    }
    for (int i = 0; i < 8; ++i) d.join(fmt::format("a{}", below(5)), fmt::format("g{}", below(groups)));
    const Snapshot& s = d.seen();
    for_each_account(s, GroupGraph(s), [&](AccountId account, auto found) {
      std::set<GroupId> expected;
      const std::function<void(GroupId)> climb = [&](GroupId group) {
        if (!expected.insert(group).second) return;
        for (const GroupId above : s.groups_of_group.row(group.index())) climb(above);
      };
      for (const GroupId group : s.groups_of_account.row(account.index())) climb(group);
      std::set<GroupId> got;
      for (const EffectiveGroup& in : found) got.insert(in.group);
      ASSERT_EQ(got, expected) << "round " << round;
      ASSERT_EQ(got.size(), found.size()) << "round " << round;
    });
  }
}

}  // namespace
}  // namespace tally::access
