// group.* and membership.*: known, imprecise and unknown.
#include "policy/evaluation/group_facts.h"

#include <gmock/gmock.h>

#include "policy/evaluation/membership_facts.h"
#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::CoverageState;
using model::Gap;
using testing::ElementsAre;

model::SparseRows<model::GroupId> nesting(const std::vector<std::vector<std::uint32_t>>& parents) {
  model::SparseRows<model::GroupId> rows;
  for (const auto& of_one : parents) {
    std::vector<model::GroupId> row;
    for (const std::uint32_t parent : of_one) row.emplace_back(parent);
    rows.push_row(row);
  }
  return rows;
}

TEST(CircularGroups, AreThoseInACircleAndNotThoseThatLeadIntoOne) {
  // 0 → 1 → 2 → 1, 3 → 3, 4 → 0
  EXPECT_THAT(circular_groups(nesting({{1}, {2}, {1}, {3}, {0}})), ElementsAre(false, true, true, true, false));
}

TEST(CircularGroups, AreNotMadeByTwoWaysToOneGroup) {
  // 0 → 1 → 3, 0 → 2 → 3
  EXPECT_THAT(circular_groups(nesting({{1, 2}, {3}, {3}, {}})), ElementsAre(false, false, false, false));
}

TEST(CircularGroups, MayBeTwoCirclesThatMeet) {
  // 0 ⇄ 1 ⇄ 2
  EXPECT_THAT(circular_groups(nesting({{1}, {0, 2}, {1}})), ElementsAre(true, true, true));
}

TEST(CircularGroups, MayLieAMillionDeep) {
  std::vector<std::vector<std::uint32_t>> chain(1'000'000);
  for (std::uint32_t i = 0; i + 1 < chain.size(); ++i) chain[i] = {i + 1};
  EXPECT_EQ(circular_groups(nesting(chain)), std::vector<bool>(chain.size(), false));
  chain.back() = {0};
  EXPECT_EQ(circular_groups(nesting(chain)), std::vector<bool>(chain.size(), true));
}

TEST(GroupFacts, CountAccountsGroupsAndStrangersAsMembers) {
  Company c;
  const auto group = c.group("A"), nested = c.group("B");
  c.member(c.account("ada"), group);
  c.nested(nested, group);
  c.groups().unresolved_members[0] = 3;
  EXPECT_EQ(c.group_fact("group.members_count", 0), "5");
  EXPECT_EQ(c.group_fact("group.unresolved_members", 0), "3");
  EXPECT_EQ(c.group_fact("group.has_members", 0), "true");
  EXPECT_EQ(c.group_fact("group.has_members", 1), "false");
}

TEST(GroupFacts, DoNotCallAGroupEmptyWhoseMembersWereNotRead) {
  Company c;
  c.group("A");
  c.groups().members_unknown[0] = c.directory().text.intern("computed by the server");
  EXPECT_EQ(c.group_fact("group.has_members"), "unknown");
  EXPECT_EQ(c.group_fact("group.members_count"), "unknown");
}

TEST(GroupFacts, DoNotCallAGroupEmptyWhileTheDirectoryHidesEntries) {
  Company c;
  c.group("A");
  c.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::hidden, "a canary was not seen");
  EXPECT_EQ(c.group_fact("group.has_members"), "unknown");
  EXPECT_EQ(c.group_fact("group.has_owner"), "unknown");
  EXPECT_EQ(c.group_fact("group.privileged"), "unknown");
}

TEST(GroupFacts, FollowPrivilegeUpwards) {
  Company c;
  const auto admins = c.group("Admins", model::Tier::tier0), helpers = c.group("Helpers");
  c.group("Others");
  c.nested(helpers, admins);
  EXPECT_EQ(c.group_fact("group.privileged", 1), "true");
  EXPECT_EQ(c.group_fact("group.tier", 1), "2");
  EXPECT_EQ(c.group_fact("group.privileged", 2), "false");
}

TEST(GroupFacts, CannotTellThePowerOfAGroupWithoutASecurityIdentifier) {
  Company c;
  c.group("A");
  c.groups().sid[0] = base::TextId(0);
  EXPECT_EQ(c.group_fact("group.tier"), "unknown");
}

TEST(GroupFacts, SeeThatAnOwnerLeftAndIsAMemberThroughNesting) {
  Company c;
  const auto gone = c.person("1001");
  c.people().status[gone.index()] = model::Employment::left;
  const auto account = c.account("ada", "1001");
  const auto outer = c.group("Outer"), inner = c.group("Inner");
  c.member(account, inner);
  c.nested(inner, outer);
  c.owner(outer, account);
  EXPECT_EQ(c.group_fact("group.has_owner", 0), "true");
  EXPECT_EQ(c.group_fact("group.owners", 0), "ada");
  EXPECT_EQ(c.group_fact("group.owner_left", 0), "true");
  EXPECT_EQ(c.group_fact("group.owner_is_member", 0), "true");
  EXPECT_EQ(c.group_fact("group.has_owner", 1), "false");
  EXPECT_EQ(c.group_fact("group.owner_left", 1), "false");
}

TEST(GroupFacts, CannotTellOfAnOwnerWhoIsNoAccountThatWasSeen) {
  Company c;
  c.group("A");
  c.groups().owners_named[0] = 1;
  EXPECT_EQ(c.group_fact("group.has_owner"), "true");
  for (const char* fact : {"group.owners", "group.owner_left", "group.owner_is_member"}) {
    EXPECT_EQ(c.group_fact(fact), "unknown") << fact;
  }
}

TEST(GroupFacts, RecogniseTheLoserOfANameConflict) {
  Company c;
  c.group("A");
  c.groups().dn[0] = c.directory().text.intern("CN=A\\0ACNF:6d5c1b1e-0000-4000-8000-000000000001,DC=corp");
  c.group("B");
  EXPECT_EQ(c.group_fact("group.conflict", 0), "true");
  EXPECT_EQ(c.group_fact("group.conflict", 1), "false");
}

/// An account of 2021 in a group of 2022 that last changed in 2024; read in November 2026.
Company since() {
  Company c;
  const auto account = c.account("ada");
  const auto group = c.group("A");
  c.accounts().created[0] = c.on("2021-01-01T00:00:00Z");
  c.groups().created[0] = c.on("2022-01-01T00:00:00Z");
  c.groups().modified[0] = c.on("2024-01-01T00:00:00Z");
  c.member(account, group);
  return c;
}

std::string since_of(Company& c) { return c.facts(model::SubjectKind::membership).value("membership.since", 0); }

TEST(MembershipSince, LiesBetweenTheYoungerEntryAndTheLastChangeOfTheMemberList) {
  Company c = since();
  c.groups().modified_by_members[0] = 1;
  EXPECT_EQ(since_of(c), "between 2022-01-01T00:00:00Z and 2024-01-01T00:00:00Z");
}

TEST(MembershipSince, MayBeAsLateAsTheReadingWhereAChangeOfMembersDoesNotShow) {
  Company c = since();
  EXPECT_EQ(since_of(c), "between 2022-01-01T00:00:00Z and 2026-11-01T00:00:00Z");
}

TEST(MembershipSince, OfAPrimaryGroupGoesByTheAccount) {
  Company c = since();
  c.groups().modified_by_members[0] = 1;
  c.accounts().primary_group[0] = model::GroupId(0);
  c.accounts().modified[0] = c.on("2025-06-01T00:00:00Z");
  EXPECT_EQ(since_of(c), "between 2022-01-01T00:00:00Z and 2025-06-01T00:00:00Z");
  EXPECT_EQ(c.facts(model::SubjectKind::membership).value("membership.primary", 0), "true");
}

TEST(MembershipSince, BeginsWithTheAccountWhenItWasListedBefore) {
  Company c = since();
  c.groups().modified_by_members[0] = 1;
  c.accounts().created[0] = c.on("2025-01-01T00:00:00Z");
  EXPECT_EQ(since_of(c), "2025-01-01T00:00:00Z");
}

Company since_told(const base::Bounds& when) {
  Company c = since();
  model::MembershipTimes& told = c.directory().membership_times;
  told.source.emplace_back(0);
  told.account.emplace_back(0);
  told.group.emplace_back(0);
  told.since.push_back(model::TimeFact::known(when, c.directory().text.intern("msDS-ReplValueMetaData")));
  return c;
}

TEST(MembershipSince, IsWhenTheDirectoryItselfSaysSo) {
  Company exact = since_told(base::Bounds::exactly(at("2023-07-01T09:00:00Z")));
  EXPECT_EQ(since_of(exact), "2023-07-01T09:00:00Z");
  EXPECT_EQ(exact.facts(model::SubjectKind::membership).evidence("membership.since", 0).basis,
            "msDS-ReplValueMetaData");
  Company before = since_told({base::kBeginningOfTime, at("2023-08-01T00:00:00Z")});
  EXPECT_EQ(since_of(before), "between 2022-01-01T00:00:00Z and 2023-08-01T00:00:00Z");
}

TEST(MembershipSince, HasNoLowerBoundWhenNobodyTellsWhenTheEntriesWereMade) {
  Company c = since();
  c.accounts().created[0] = c.groups().created[0] = model::TimeFact{};
  EXPECT_EQ(since_of(c), "not after 2026-11-01T00:00:00Z");
}

}  // namespace
}  // namespace tally::evaluation
