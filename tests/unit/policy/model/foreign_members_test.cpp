#include "policy/model/foreign_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tally::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A directory with one account and one group, each with a SID and a DN, in no group.
Harvest directory(const std::string& name, const std::string& domain) {
  Harvest h;
  h.source.name = name;
  h.source.kind = SourceKind::directory;
  h.source.coverage.state = CoverageState::complete;
  h.accounts.add(SourceId(0));
  h.accounts.sid[0] = h.text.add(domain + "-1104");
  h.accounts.dn[0] = h.text.add("CN=Jane,DC=" + name);
  h.groups.add(SourceId(0));
  h.groups.sid[0] = h.text.add(domain + "-2200");
  h.groups.dn[0] = h.text.add("CN=Team,DC=" + name);
  h.groups_of_account.push_row({});
  h.groups_of_group.push_row({});
  return h;
}

/// The group of `h` has a member that `h` does not show.
void add_foreign(Harvest& h, const std::string& dn, const std::string& sid) {
  h.foreign_members.source.emplace_back(0);
  h.foreign_members.group.emplace_back(0);
  h.foreign_members.dn.push_back(h.text.add(dn));
  h.foreign_members.sid.push_back(h.text.add(sid));
  ++h.groups.unresolved_members[0];
}

Snapshot joined(Harvest first, Harvest second) {
  std::vector<Harvest> both;
  both.push_back(std::move(first));
  both.push_back(std::move(second));
  return join(std::move(both), base::Instant{});
}

TEST(ForeignMember, IsTheAccountOfAnotherDirectoryThatHasItsSid) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1");
  add_foreign(corp, "CN=S-1-5-21-2-2-2-1104,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1104");
  const Snapshot s = joined(std::move(corp), directory("dmz", "S-1-5-21-2-2-2"));
  EXPECT_THAT(s.groups_of_account.row(0), IsEmpty());
  EXPECT_THAT(s.groups_of_account.row(1), ElementsAre(GroupId(0)));
  EXPECT_EQ(s.foreign_members.size(), 0U);
  EXPECT_EQ(s.groups.unresolved_members[0], 0U);
}

TEST(ForeignMember, IsTheGroupOfAnotherDirectoryThatHasItsSid) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1");
  add_foreign(corp, "CN=S-1-5-21-2-2-2-2200,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-2200");
  const Snapshot s = joined(directory("dmz", "S-1-5-21-2-2-2"), std::move(corp));
  EXPECT_THAT(s.groups_of_group.row(0), ElementsAre(GroupId(1)));
  EXPECT_THAT(s.groups_of_group.row(1), IsEmpty());
}

TEST(ForeignMember, IsFoundByItsDnInAnyCase) {
  Harvest ldap = directory("ldap", "");
  add_foreign(ldap, "cn=jane,dc=CORP", "");
  const Snapshot s = joined(std::move(ldap), directory("corp", "S-1-5-21-1-1-1"));
  EXPECT_THAT(s.groups_of_account.row(1), ElementsAre(GroupId(0)));
}

TEST(ForeignMember, WhoseDnIsThatOfAnEntryButStandsForASidIsWhoHasTheSid) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1");
  add_foreign(corp, "CN=Jane,DC=dmz", "S-1-5-21-9-9-9-1");
  const Snapshot s = joined(std::move(corp), directory("dmz", "S-1-5-21-2-2-2"));
  EXPECT_THAT(s.groups_of_account.row(1), IsEmpty());
}

TEST(ForeignMember, WhomNoDirectoryShowsStaysAndIsCounted) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1");
  add_foreign(corp, "CN=S-1-5-21-2-2-2-1104,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1104");
  add_foreign(corp, "CN=S-1-5-21-2-2-2-1105,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1105");
  const Snapshot s = joined(directory("dmz", "S-1-5-21-2-2-2"), std::move(corp));
  ASSERT_EQ(s.foreign_members.size(), 1U);
  EXPECT_EQ(s.view(s.foreign_members.sid[0]), "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(s.foreign_members.group[0], GroupId(1));
  EXPECT_EQ(s.foreign_members.source[0], SourceId(1));
  EXPECT_EQ(s.groups.unresolved_members[1], 1U);
}

TEST(ForeignMember, NeverComesFromOrGoesToADirectoryThatIsNotBelieved) {
  for (const bool doubtful_group : {true, false}) {
    Harvest corp = directory("corp", "S-1-5-21-1-1-1"), dmz = directory("dmz", "S-1-5-21-2-2-2");
    add_foreign(corp, "CN=Jane,DC=dmz", "");
    (doubtful_group ? corp : dmz).source.coverage.state = CoverageState::doubtful;
    const Snapshot s = joined(std::move(corp), std::move(dmz));
    EXPECT_THAT(s.groups_of_account.row(1), IsEmpty());
    EXPECT_EQ(s.groups.unresolved_members[0], 1U);
  }
}

TEST(ForeignMember, WithoutASidOrDnIsNobody) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1"), dmz = directory("dmz", "");
  dmz.accounts.sid[0] = dmz.accounts.dn[0] = base::TextId(0);
  add_foreign(corp, "", "");
  const Snapshot s = joined(std::move(corp), std::move(dmz));
  EXPECT_EQ(s.groups_of_account.targets.size(), 0U);
  EXPECT_EQ(s.foreign_members.size(), 1U);
}

TEST(ForeignMember, TakesItsPlaceAmongTheOtherGroupsOnce) {
  Harvest corp = directory("corp", "S-1-5-21-1-1-1"), dmz = directory("dmz", "S-1-5-21-2-2-2");
  dmz.groups_of_account = {};
  dmz.groups_of_account.push_row(std::vector<GroupId>{GroupId(0)});
  add_foreign(corp, "CN=Jane,DC=dmz", "");
  add_foreign(corp, "CN=JANE,DC=dmz", "");
  const Snapshot s = joined(std::move(corp), std::move(dmz));
  EXPECT_THAT(s.groups_of_account.row(1), ElementsAre(GroupId(0), GroupId(1)));
  EXPECT_EQ(s.groups.unresolved_members[0], 0U);
}

}  // namespace
}  // namespace tally::model
