#include "daemon/control/authority.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tally::control {
namespace {

constexpr uid_t kService = 990;
constexpr gid_t kOperators = 2001;
constexpr gid_t kHr = 2002;
constexpr Groups kGroups{kOperators, kHr};

bool expected(Role role, Action action) {
  switch (role) {
    case Role::owner:
    case Role::operators: return true;
    case Role::hr: return action == Action::status || action == Action::offboard;
    case Role::nobody: return false;
  }
  return false;
}

TEST(Authority, LeavesDecidingAndApprovingToOperators) {
  for (const Action action : {Action::decide, Action::approve, Action::decisions}) {
    EXPECT_TRUE(may(Role::operators, action));
    EXPECT_TRUE(may(Role::owner, action));
    EXPECT_FALSE(may(Role::hr, action)) << "whoever knows that somebody left does not accept that they still get in";
    EXPECT_FALSE(may(Role::nobody, action));
  }
}

Peer somebody_of(Role role) {
  switch (role) {
    case Role::owner: return {1, kService, 990, {}};
    case Role::operators: return {1, 1000, 1000, {1000, kOperators}};
    case Role::hr: return {1, 1001, 1001, {kHr}};
    case Role::nobody: break;
  }
  return {1, 1002, 1002, {1002, 27}};
}

TEST(Authority, IsTheWholeTable) {
  for (const Role role : kRoles) {
    for (const Action action : kActions) {
      EXPECT_EQ(may(role, action), expected(role, action)) << static_cast<int>(role) << " " << to_string(action);
      EXPECT_EQ(allowed(somebody_of(role), kService, kGroups, action), expected(role, action))
          << static_cast<int>(role) << " " << to_string(action);
    }
  }
}

TEST(Authority, RootMayEverything) {
  for (const Action action : kActions) EXPECT_TRUE(allowed({1, 0, 0, {}}, kService, {}, action));
}

TEST(Authority, ThePrimaryGroupCountsToo) {
  EXPECT_TRUE(allowed({1, 1000, kOperators, {}}, kService, kGroups, Action::audit));
  EXPECT_TRUE(allowed({1, 1000, kHr, {}}, kService, kGroups, Action::offboard));
}

TEST(Authority, TwoGroupsGiveWhatEitherGives) {
  EXPECT_TRUE(allowed({1, 1000, kHr, {kOperators}}, kService, kGroups, Action::reload));
}

TEST(Authority, AGroupThatIsNotConfiguredGivesNothing) {
  // Neither "no group" nor group 0 is anybody's by accident.
  for (const Action action : kActions) EXPECT_FALSE(allowed({1, 1000, 0, {0, kOperators}}, kService, {}, action));
}

TEST(Authority, TheUidOfTheServiceCountsAndNotItsGroup) {
  EXPECT_FALSE(allowed({1, 1000, 990, {990}}, kService, kGroups, Action::status));
}

TEST(Action, IsKnownByItsWord) {
  for (const Action action : kActions) EXPECT_EQ(action_of(to_string(action)), action);
  EXPECT_EQ(action_of("Audit"), std::nullopt);
  EXPECT_EQ(action_of(""), std::nullopt);
}

TEST(NameService, KnowsRootAndNobodyElseByAccident) {
  EXPECT_EQ(group_of("root"), gid_t{0});
  EXPECT_EQ(group_of(""), std::nullopt);
  EXPECT_EQ(group_of("there is no such group"), std::nullopt);
  EXPECT_EQ(login_of(0), "root");
  EXPECT_EQ(login_of(3'999'999'999U), "");
}

}  // namespace
}  // namespace tally::control
