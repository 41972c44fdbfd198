// Memberships in any order, resolved to dense rows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

ProfileOptions ldap() {
  ProfileOptions options;
  options.bases = {"dc=t"};
  return options;
}
std::string person(std::string_view uid) {
  return fmt::format(
      "dn: uid={0},dc=t\nobjectClass: inetOrgPerson\nuid: {0}\nentryUUID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n\n",
      uid);
}
std::string group(std::string_view cn, std::string_view members) {
  return fmt::format("dn: cn={0},dc=t\nobjectClass: groupOfNames\ncn: {0}\n{1}\n", cn, members);
}

TEST(Memberships, OfTwoThousandMembersComeOutWholeInAnyOrder) {
  std::string people, members;
  for (int i = 0; i < 2000; ++i) {
    people += person(fmt::format("u{}", i));
    members += fmt::format("member: uid=u{},dc=t\n", 1999 - i);
  }
  for (const bool group_first : {true, false}) {
    Tree t(ldap());
    t.read(group_first ? group("all", members) + people : people + group("all", members)).finish();
    ASSERT_EQ(t.harvest.accounts.size(), 2000U);
    ASSERT_EQ(t.harvest.groups_of_account.rows(), 2000U);
    EXPECT_EQ(t.harvest.groups_of_account.targets.size(), 2000U);
    for (std::size_t i = 0; i < 2000; ++i) ASSERT_EQ(t.harvest.groups_of_account.row(i).size(), 1U);
    EXPECT_EQ(t.harvest.groups.unresolved_members[0], 0U);
  }
}

TEST(Memberships, AreAscendingAndEachOnce) {
  Tree t(ldap());
  t.read(group("b", "member: uid=x,dc=t\nmember: UID=x,dc=t\n") + group("a", "member: uid=x,dc=t\n") + person("x"))
      .finish();
  const auto row = t.harvest.groups_of_account.row(0);
  ASSERT_EQ(row.size(), 2U);
  EXPECT_EQ(row[0].index(), 0U);
  EXPECT_EQ(row[1].index(), 1U);
}

TEST(Memberships, KeepCyclesAsTheyAre) {
  Tree t(ldap());
  t.read(group("a", "member: cn=b,dc=t\n") + group("b", "member: cn=a,dc=t\nmember: cn=b,dc=t\n")).finish();
  ASSERT_EQ(t.harvest.groups_of_group.rows(), 2U);
  EXPECT_EQ(t.harvest.groups_of_group.row(0).size(), 1U);  // a is in b
  EXPECT_EQ(t.harvest.groups_of_group.row(0)[0].index(), 1U);
  EXPECT_EQ(t.harvest.groups_of_group.row(1).size(), 2U);  // b is in a and in itself
}

TEST(Memberships, OfEntriesThatAreNoAccountsAreNotMissing) {
  Tree t(ldap());
  t.read(group("a", "member: ou=unit,dc=t\n") + "dn: ou=unit,dc=t\nobjectClass: organizationalUnit\n\n").finish();
  EXPECT_EQ(t.harvest.groups.unresolved_members[0], 0U);
  EXPECT_EQ(t.left.in_bases_total, 0U);
}

TEST(Memberships, ListAMissingMemberOnceHoweverItIsWritten) {
  Tree t(ldap());
  t.read(group("a", "member: uid=gone,dc=t\n") + group("b", "member: UID=gone, DC=t\n")).finish();
  EXPECT_EQ(t.left.in_bases_total, 1U);
  EXPECT_EQ(t.harvest.groups.unresolved_members[0] + t.harvest.groups.unresolved_members[1], 2U);
}

TEST(Builder, UsesTheFirstOfTwoEntriesWithOneName) {
  Tree t(ldap());
  t.read(person("x") + "dn: UID=X, dc=t\nobjectClass: inetOrgPerson\nuid: other\n\n").finish();
  EXPECT_EQ(t.harvest.accounts.size(), 1U);
  ASSERT_EQ(t.coverage().rejects_total, 1U);
  EXPECT_EQ(t.coverage().rejects[0].line, 6U);
  EXPECT_EQ(t.coverage().state, model::CoverageState::partial);
}

TEST(Builder, RefusesNamesThatAreNone) {
  Tree t(ldap());
  t.read("dn: jane\nobjectClass: inetOrgPerson\nuid: x\n\ndn:: dWlkPf8sZGM9dA==\nobjectClass: inetOrgPerson\n\n")
      .finish();  // uid=FF,dc=t
  EXPECT_EQ(t.harvest.accounts.size(), 0U);
  EXPECT_EQ(t.coverage().rejects_total, 2U);
}

TEST(Builder, LinksNobodyToAnEmptyDirectory) {
  Tree t(ldap());
  t.finish();
  EXPECT_EQ(t.harvest.groups_of_account.rows(), 0U);
  EXPECT_EQ(t.harvest.groups_of_group.rows(), 0U);
}

}  // namespace
}  // namespace tally::directory
