// What becomes of a replica when a domain controller hides, forgets or changes; and when a group has more members than
// it sends at once.
#include "tests/integration/directory/evil_domain.h"

namespace tally::directory {
namespace {

using namespace lab;
using testing::Not;

TEST_F(FollowedDomain, WithoutDirSyncMissesNoAccountAndKeepsNoneThatWent) {
  const Collected first = collect();
  EXPECT_EQ(first.harvest.accounts.size(), 5U);
  EXPECT_THAT(way(first), AllOf(HasSubstr("from now on they are followed by uSNChanged"),
                                HasSubstr("by the keys of all entries, because the server refuses DirSync (50)")));
  domain_.usn = 20;
  domain_.people = {0, 1, 2, 4, 5};  // 3 went and 5 came, and no number tells of either
  const Collected then = collect();
  EXPECT_THAT(way(then), AllOf(HasSubstr("changes: followed by uSNChanged; 1 entries changed and 1 went"),
                               HasSubstr("the keys of all entries compared")));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_EQ(domain_.keys_read, 1);
}

TEST_F(FollowedDomain, KeepsWhatTheListOfKeysLeftOutAndTheKeyStillFinds) {
  collect();
  domain_.usn = 20;
  domain_.only_by_key = {2, 3};
  domain_.lists_cut = 1;
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("0 entries changed and 0 went"));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_TRUE(then.complete()) << then.coverage().in_words();
  EXPECT_EQ(domain_.keys_read, 2) << "the list that was short, and one more";
}

TEST_F(FollowedDomain, IsNotCompleteWhenListsOfKeysLeaveOutWhatTheKeyFinds) {
  collect();
  domain_.usn = 20;
  domain_.only_by_key = {2, 3};
  domain_.lists_cut = 1000;
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("everything was read, because the replica has 5 entries after all that the server "
                                   "told, and the server shows 3"));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_FALSE(then.complete());
  EXPECT_THAT(then.coverage().in_words(), HasSubstr("2 of the replica are not shown"));
}

// As with the recycle bin: the group that a restored account is a member of does not count as changed.
TEST_F(FollowedDomain, ShowsARestoredAccountInItsGroups) {
  domain_.members = {0};
  collect();
  domain_.usn = 20;
  domain_.people.push_back(5);
  domain_.members = {0, 5};
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("changes: followed by uSNChanged; 2 entries changed"));
  ASSERT_EQ(then.harvest.accounts.size(), 6U);
  std::size_t memberships = 0;
  for (std::size_t i = 0; i < 6; ++i) memberships += then.harvest.groups_of_account.row(i).size();
  EXPECT_EQ(memberships, 2U);
}

/// The groups of all accounts, and the requests for ranges that it took; another change than before has happened.
class FollowedGroup : public FollowedDomain {
 protected:
  void SetUp() override {
    FollowedDomain::SetUp();
    domain_.members = {0, 1, 2, 3, 4};
    domain_.ranges = true;
    EXPECT_EQ(members(collect()), 5U);
    EXPECT_EQ(domain_.ranges_read, 2) << "3 and 4 of five, then the last";
  }
  Collected next() {
    domain_.usn += 10;
    domain_.ranges_read = 0;
    Collected out = collect();
    EXPECT_THAT(way(out), HasSubstr("changes: followed by uSNChanged"));
    return out;
  }
  static std::size_t members(const Collected& c) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < c.harvest.accounts.size(); ++i) out += c.harvest.groups_of_account.row(i).size();
    return out;
  }
};

TEST_F(FollowedGroup, IsNotReadAgainWhileItDoesNotChange) {
  const Collected same = next();
  EXPECT_THAT(way(same), HasSubstr("0 entries changed and 0 went"));
  EXPECT_EQ(members(same), 5U);
  EXPECT_EQ(domain_.ranges_read, 0);
  EXPECT_TRUE(same.complete()) << same.coverage().in_words();
}

TEST_F(FollowedGroup, IsReadToItsEndWhenItChanged) {
  domain_.people.push_back(5);
  domain_.members.push_back(5);
  domain_.changed = {5};
  domain_.group_changed = true;
  const Collected more = next();
  EXPECT_THAT(way(more), HasSubstr("2 entries changed"));
  EXPECT_EQ(members(more), 6U);
  // Its new member is new too, so who names it is looked for, and the group comes once more.
  EXPECT_EQ(domain_.ranges_read, 4);
  domain_.group_changed = false;
  EXPECT_EQ(members(next()), 6U);
  EXPECT_EQ(domain_.ranges_read, 0);
}

TEST_F(FollowedGroup, IsReadAgainWhenAMemberFarBehindIsGone) {
  domain_.people = {0, 1, 2, 3};  // deleted: the group does not count as changed
  domain_.members = {0, 1, 2, 3};
  const Collected then = next();
  EXPECT_EQ(members(then), 4U);
  EXPECT_EQ(domain_.ranges_read, 1);
  EXPECT_TRUE(then.complete()) << then.coverage().in_words();
  EXPECT_EQ(members(next()), 4U);
  EXPECT_EQ(domain_.ranges_read, 0);
}

TEST_F(FollowedGroup, IsKnownToBeCutWhenTheRestIsNotAnswered) {
  domain_.group_changed = true;
  domain_.ranges_end_early = true;
  const Collected cut = next();
  EXPECT_FALSE(cut.complete());
  EXPECT_THAT(cut.coverage().in_words(), HasSubstr("not all members of 1 group could be read"));
  domain_.group_changed = domain_.ranges_end_early = false;
  const Collected again = next();
  EXPECT_EQ(members(again), 5U);
  EXPECT_TRUE(again.complete()) << again.coverage().in_words();
}

TEST_F(FollowedGroup, SaysTheSameWhenEverythingIsReadAndCompared) {
  domain_.members = {0, 1, 2, 3};
  domain_.group_changed = true;
  domain_.usn += 10;
  full_read_every_ = 0ms;
  const Collected due = collect();
  EXPECT_THAT(way(due), HasSubstr("compared with a full read, 0 entries differ"));
  EXPECT_TRUE(due.complete()) << due.coverage().in_words();
  EXPECT_EQ(members(due), 4U);
}

TEST_F(FollowedDomain, IsReadWholeWhenAnotherControllerAnswers) {
  collect();
  domain_.invocation = guid(998);
  EXPECT_THAT(way(collect()), HasSubstr("everything was read, because the replica is of another server"));
  domain_.usn = 5;
  EXPECT_THAT(way(collect()), HasSubstr("the server counts changes from 5 again, after 10: it was set back"));
}

TEST_F(FollowedDomain, IsReadWholeWhenItsEntriesShowNoNumbers) {
  domain_.shows_numbers = false;
  EXPECT_THAT(way(collect()),
              HasSubstr("the next run reads everything again, because of 5 entries, 5 show no uSNChanged"));
}

TEST_F(FollowedDomain, IsReadWholeWhenDirSyncHasNoEndOrIsRefusedLater) {
  domain_.dirsync_code = 0;
  EXPECT_THAT(way(collect()), HasSubstr("from now on they are followed"));
  domain_.usn = 20;
  EXPECT_THAT(way(collect()), AllOf(HasSubstr("by DirSync; no keys compared"), Not(HasSubstr("everything was read,"))));
  domain_.endless = true;
  const Collected endless = collect();
  EXPECT_THAT(way(endless), HasSubstr("everything was read, because DirSync had more to tell after 5000 answers"));
  EXPECT_TRUE(endless.complete()) << endless.coverage().in_words();
  domain_.endless = false;
  domain_.dirsync_code = 0;
  collect();
  domain_.dirsync_code = 50;
  const Collected refused = collect();
  EXPECT_TRUE(refused.complete()) << refused.coverage().in_words();
  EXPECT_EQ(refused.harvest.accounts.size(), 5U);
}

}  // namespace
}  // namespace tally::directory
