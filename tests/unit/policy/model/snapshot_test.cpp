#include "policy/model/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tally::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class... Columns>
std::vector<std::size_t> sizes(const Columns&... columns) {
  return {columns.size()...};
}

std::vector<std::size_t> sizes_of(const People& p) {
  return sizes(p.source, p.line, p.employee_id, p.given_name, p.family_name, p.display_name, p.mail, p.login, p.status,
               p.status_basis, p.first_day, p.last_day, p.department, p.title, p.manager_id, p.employment_type,
               p.location, p.doubt);
}

std::vector<std::size_t> sizes_of(const Accounts& a) {
  return sizes(a.source, a.dn, a.native_id, a.sid, a.login, a.principal, a.display_name, a.mail, a.employee_number,
               a.kind, a.enabled, a.locked, a.expires, a.last_sign_in, a.password_changed, a.created, a.flags,
               a.flags_known, a.flags_basis, a.primary_group, a.primary_group_basis);
}

std::vector<std::size_t> sizes_of(const Groups& g) {
  return sizes(g.source, g.dn, g.native_id, g.sid, g.name, g.tier, g.tier_basis, g.members_unknown, g.members_unlisted,
               g.unresolved_members);
}

/// A harvest with one person, two accounts and two groups whose texts and links carry `mark`.
Harvest harvest(const std::string& mark) {
  Harvest h;
  h.source.name = mark;
  const PersonId person = h.people.add(SourceId(0));
  h.people.employee_id[person.index()] = h.text.add(mark + "-person");
  h.people.last_day[person.index()] = TimeFact::never(h.text.intern(mark + "-basis"));
  for (const char* name : {"a", "b"}) {
    const AccountId account = h.accounts.add(SourceId(0));
    h.accounts.dn[account.index()] = h.text.add(mark + "-" + name);
    h.accounts.enabled[account.index()] = BoolFact::known(true, h.text.intern(mark + "-basis"));
  }
  for (const char* name : {"g0", "g1"})
    h.groups.name[h.groups.add(SourceId(0)).index()] = h.text.add(mark + "-" + name);
  h.accounts.primary_group[0] = GroupId(1);
  h.membership_times.source.emplace_back(0);
  h.membership_times.account.emplace_back(1);
  h.membership_times.group.emplace_back(0);
  h.membership_times.since.push_back(
      TimeFact::known(base::Bounds::exactly(base::Instant()), h.text.intern(mark + "-basis")));
  h.groups_of_account.push_row({});
  h.groups_of_account.push_row(std::vector<GroupId>{GroupId(0), GroupId(1)});
  h.groups_of_group.push_row(std::vector<GroupId>{GroupId(1)});
  h.groups_of_group.push_row({});
  return h;
}

std::vector<Harvest> two(Harvest first, Harvest second) {
  std::vector<Harvest> both;
  both.push_back(std::move(first));
  both.push_back(std::move(second));
  return both;
}

TEST(People, GrowAllTheirColumnsTogether) {
  People people;
  people.add(SourceId(0));
  EXPECT_EQ(people.add(SourceId(3)), PersonId(1));
  EXPECT_EQ(sizes_of(people), std::vector<std::size_t>(18, 2));
  EXPECT_EQ(people.source[1], SourceId(3));
  EXPECT_EQ(people.status[1], Employment::unknown);
  EXPECT_EQ(people.last_day[1].state, TimeState::unknown);
}

TEST(People, DropRowsFromAllColumnsAtOnce) {
  People people;
  for (std::uint32_t i = 0; i < 4; ++i) people.line[people.add(SourceId(0)).index()] = i;
  people.keep_only({true, false, false, true});
  EXPECT_EQ(sizes_of(people), std::vector<std::size_t>(18, 2));
  EXPECT_THAT(people.line, ElementsAre(0, 3));
}

TEST(Accounts, GrowAllTheirColumnsTogether) {
  Accounts accounts;
  accounts.add(SourceId(0));
  EXPECT_EQ(accounts.add(SourceId(0)), AccountId(1));
  EXPECT_EQ(sizes_of(accounts), std::vector<std::size_t>(21, 2));
  EXPECT_FALSE(accounts.primary_group[1].valid());
  EXPECT_EQ(accounts.flags_known[1], 0U);
}

TEST(Groups, GrowAllTheirColumnsTogether) {
  Groups groups;
  groups.add(SourceId(0));
  EXPECT_EQ(groups.add(SourceId(0)), GroupId(1));
  EXPECT_EQ(sizes_of(groups), std::vector<std::size_t>(10, 2));
}

TEST(SparseRows, KeepRowsApartAlsoEmptyOnes) {
  SparseRows<GroupId> rows;
  rows.push_row(std::vector<GroupId>{GroupId(4), GroupId(7)});
  rows.push_row({});
  rows.push_row(std::vector<GroupId>{GroupId(1)});
  EXPECT_EQ(rows.rows(), 3U);
  EXPECT_THAT(rows.row(0), ElementsAre(GroupId(4), GroupId(7)));
  EXPECT_THAT(rows.row(1), IsEmpty());
  EXPECT_THAT(rows.row(2), ElementsAre(GroupId(1)));
}

TEST(Join, GivesNothingForNothing) {
  const Snapshot s = join({}, base::Instant{});
  EXPECT_EQ(s.people.size(), 0U);
  EXPECT_TRUE(s.sources.empty());
}

void expect_one_before_two(const Snapshot& s) {
  EXPECT_EQ(s.as_of, base::Instant{std::chrono::hours(5)});
  ASSERT_EQ(s.sources.size(), 2U);
  EXPECT_EQ(s.sources[1].name, "two");
  ASSERT_EQ(s.people.size(), 2U);
  EXPECT_EQ(s.people.source[1], SourceId(1));
  EXPECT_EQ(s.view(s.people.employee_id[0]), "one-person");
  EXPECT_EQ(s.view(s.people.employee_id[1]), "two-person");
  EXPECT_EQ(s.view(s.people.last_day[1].basis), "two-basis");
  EXPECT_EQ(s.people.last_day[1].state, TimeState::never);
  ASSERT_EQ(s.accounts.size(), 4U);
  EXPECT_EQ(s.view(s.accounts.dn[3]), "two-b");
  EXPECT_EQ(s.view(s.accounts.enabled[3].basis), "two-basis");
  EXPECT_EQ(s.accounts.primary_group[2], GroupId(3));
  EXPECT_FALSE(s.accounts.primary_group[3].valid());
  EXPECT_EQ(s.view(s.groups.name[3]), "two-g1");
  ASSERT_EQ(s.groups_of_account.rows(), 4U);
  EXPECT_THAT(s.groups_of_account.row(1), ElementsAre(GroupId(0), GroupId(1)));
  EXPECT_THAT(s.groups_of_account.row(2), IsEmpty());
  EXPECT_THAT(s.groups_of_account.row(3), ElementsAre(GroupId(2), GroupId(3)));
  ASSERT_EQ(s.groups_of_group.rows(), 4U);
  EXPECT_THAT(s.groups_of_group.row(2), ElementsAre(GroupId(3)));
  ASSERT_EQ(s.membership_times.size(), 2U);
  EXPECT_EQ(s.membership_times.source[1], SourceId(1));
  EXPECT_EQ(s.view(s.membership_times.find(AccountId(3), GroupId(2))->basis), "two-basis");
  EXPECT_EQ(s.membership_times.find(AccountId(3), GroupId(0)), nullptr);
  EXPECT_EQ(s.membership_times.find(AccountId(2), GroupId(2)), nullptr);
}

TEST(Join, KeepsTheOrderAndShiftsSourcesTextsAndGroups) {
  expect_one_before_two(join(two(harvest("one"), harvest("two")), base::Instant{std::chrono::hours(5)}));
}

TEST(Join, KeepsTheOrderWhicheverHarvestHasMoreText) {
  const std::string long_text(100'000, 'x');
  Harvest one = harvest("one");
  Harvest other = harvest("two");
  one.text.add(long_text);
  expect_one_before_two(join(two(std::move(one), harvest("two")), base::Instant{std::chrono::hours(5)}));
  other.text.add(long_text);
  expect_one_before_two(join(two(harvest("one"), std::move(other)), base::Instant{std::chrono::hours(5)}));
}

TEST(Join, TakesOverTheTablesOfPeopleAndOfTheOnlyDirectory) {
  Harvest hr;
  hr.source.name = "hr";
  hr.people.add(SourceId(0));
  hr.people.employee_id[0] = hr.text.add("hr-person");
  Harvest directory = harvest("directory");
  directory.people = {};
  directory.text.add(std::string(100'000, 'x'));
  const Snapshot s = join(two(std::move(hr), std::move(directory)), base::Instant{});
  EXPECT_EQ(s.people.source[0], SourceId(0));
  EXPECT_EQ(s.view(s.people.employee_id[0]), "hr-person");
  EXPECT_EQ(s.accounts.source[1], SourceId(1));
  EXPECT_EQ(s.groups.source[1], SourceId(1));
  EXPECT_EQ(s.view(s.accounts.dn[1]), "directory-b");
  EXPECT_THAT(s.groups_of_account.row(1), ElementsAre(GroupId(0), GroupId(1)));
}

TEST(Join, LeavesEmptyTextsEmpty) {
  Harvest second;
  second.people.add(SourceId(0));
  second.people.mail[0] = second.text.add("");
  const Snapshot s = join(two(harvest("one"), std::move(second)), base::Instant{});
  EXPECT_EQ(s.view(s.people.mail[1]), "");
  EXPECT_FALSE(s.people.title[1].valid() && !s.view(s.people.title[1]).empty());
}

TEST(Join, GivesARowWithoutMembershipsToAccountsOfAHarvestThatHasNone) {
  Harvest without = harvest("none");
  without.groups_of_account = {};
  without.groups_of_group = {};
  Harvest again = harvest("none");
  again.groups_of_account = {};
  again.groups_of_group = {};
  std::vector<Harvest> three = two(std::move(without), harvest("some"));
  three.push_back(std::move(again));
  const Snapshot s = join(std::move(three), base::Instant{});
  ASSERT_EQ(s.groups_of_account.rows(), 6U);
  ASSERT_EQ(s.groups_of_group.rows(), 6U);
  EXPECT_THAT(s.groups_of_account.row(0), IsEmpty());
  EXPECT_THAT(s.groups_of_account.row(3), ElementsAre(GroupId(2), GroupId(3)));
  EXPECT_THAT(s.groups_of_account.row(5), IsEmpty());
}

TEST(Join, KeepsAllColumnsOfTheSameLength) {
  const Snapshot s = join(two(harvest("one"), harvest("two")), base::Instant{});
  EXPECT_EQ(sizes_of(s.people), std::vector<std::size_t>(18, 2));
  EXPECT_EQ(sizes_of(s.accounts), std::vector<std::size_t>(21, 4));
  EXPECT_EQ(sizes_of(s.groups), std::vector<std::size_t>(10, 4));
}

/// The first to have any is the second harvest: its table is not taken over as it is.
TEST(Join, ShiftsWhatRightsAreAbout) {
  Harvest second = harvest("two");
  Controls& c = second.controls;
  c.source = {SourceId(0), SourceId(0)};
  c.kind = {ControlledKind::account, ControlledKind::group};
  c.account = {AccountId(1), AccountId()};
  c.group = {GroupId(), GroupId(0)};
  c.object = c.holder = {second.text.add("first"), second.text.add("second")};
  c.holder_name = c.unless_in = c.rule = c.doubt = {base::TextId(), base::TextId()};
  c.everybody = {0, 1};
  c.rights = {kOwner, kAddMember};
  const Snapshot s = join(two(harvest("one"), std::move(second)), base::Instant{});
  ASSERT_EQ(s.controls.size(), 2U);
  EXPECT_EQ(s.controls.source[0], SourceId(1));
  EXPECT_EQ(s.view(s.accounts.dn[s.controls.account[0].index()]), "two-b");
  EXPECT_FALSE(s.controls.group[0].valid());
  EXPECT_EQ(s.groups.source[s.controls.group[1].index()], SourceId(1));
  EXPECT_EQ(s.controls.group[1], GroupId(2));
  EXPECT_EQ(s.view(s.controls.holder[1]), "second");
  EXPECT_EQ(s.controls.rights[1], kAddMember);
}

}  // namespace
}  // namespace tally::model
