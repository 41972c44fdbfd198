// Between two full reads, too, the entries are counted a second time, by their keys: what the server did not tell shows
// at once. A real slapd, whose entries come and go behind the back of syncprov, which keeps contextCSN as it was.
#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/integration/directory/followed_directory.h"

namespace tally::directory {
namespace {

using lab::company;
using lab::Log;
using lab::person;
using lab::with_sync;
using model::CoverageState;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CountedDirectory : public lab::FollowedDirectory {
 protected:
  void SetUp() override {
    FollowedDirectory::SetUp();
    // Our own sign-ins would move contextCSN, and a server without a session log then names all that is there.
    configure("replace: olcLastBind\nolcLastBind: FALSE");
  }
  /// An entry out of an old backup.
  void bring_back(int number) {
    std::string entry = person(number, "ou=people");
    entry.pop_back();
    const auto loaded = server_->load_offline(
        entry + fmt::format("entryUUID: 00000000-0000-4000-8000-{:012}\nentryCSN: 20010101000000.000000Z#000000#000#"
                            "000000\ncreateTimestamp: 20010101000000Z\n\n",
                            number));
    ASSERT_TRUE(loaded) << loaded.error().message;
  }
  void configure(std::string_view what) {
    const auto done =
        server_->configure(fmt::format("dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\n{}\n\n", what));
    ASSERT_TRUE(done) << done.error().message;
  }
  void hide(std::string_view dn) {
    configure(
        fmt::format("add: olcAccess\nolcAccess: {{0}}to {} by dn.exact={} none by * break", dn, server_->reader_dn()));
  }
  bool shows(const model::Harvest& harvest, std::string_view dn) {
    const auto all = lab::told(harvest);
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& line) { return line.find(dn) != std::string::npos; });
  }
  /// The run finds that the replica is not what the server shows, reads everything and says so; the next one starts
  /// anew.
  model::Harvest expect_doubt(std::string_view counted, std::string_view differing) {
    model::Harvest harvest = collect(options());
    EXPECT_EQ(harvest.source.coverage.state, CoverageState::doubtful);
    EXPECT_THAT(harvest.source.coverage.in_words(), HasSubstr(differing));
    EXPECT_TRUE(std::any_of(harvest.source.coverage.gaps.begin(), harvest.source.coverage.gaps.end(),
                            [](const auto& gap) { return gap.kind == model::Gap::Kind::count_mismatch; }));
    EXPECT_THAT(way(harvest), AllOf(HasSubstr("everything was read, because the replica has"), HasSubstr(counted)));
    EXPECT_THAT(way(collect(options())), HasSubstr("there is no replica yet"));
    return harvest;
  }
};

INSTANTIATE_TEST_SUITE_P(Slapd, CountedDirectory, testing::Values(Log::kept, Log::none),
                         [](const auto& one) { return one.param == Log::kept ? "WithLog" : "WithoutLog"; });

TEST_P(CountedDirectory, IsCountedWheneverItIsFollowed) {
  expect_same("nothing");
  for (int round = 0; round < 2; ++round) {  // in the first one nothing changed
    if (round == 1) apply(person(100, "ou=people"));
    const model::Harvest harvest = collect(options());
    EXPECT_THAT(way(harvest), HasSubstr("changes: followed by RFC 4533"));
    const model::Coverage& coverage = harvest.source.coverage;
    ASSERT_TRUE(coverage.records_counted);
    EXPECT_EQ(*coverage.records_counted, round == 0 ? 44U : 45U);  // 40 people, 2 groups, the policy, the reader
    EXPECT_EQ(coverage.records_read, *coverage.records_counted);
    EXPECT_THAT(coverage.counted_by, HasSubstr("compared by entryUUID"));
  }
}

TEST_P(CountedDirectory, IsDoubtedWhenAnEntryCameThatNobodyTold) {
  expect_same("nothing");
  bring_back(900);
  const model::Harvest harvest =
      expect_doubt("(1 of them are not in the replica, 0 of the replica are not shown)",
                   "1 differ from what it told (1 that it did not tell of, 0 that are gone, 0 that changed)");
  EXPECT_TRUE(shows(harvest, "uid=p900,"));
}

TEST_P(CountedDirectory, IsDoubtedWhenAccessRulesHideAnEntryThatWasShown) {
  expect_same("nothing");
  hide("dn.exact=uid=p7,ou=people,dc=example,dc=test");
  const model::Harvest harvest =
      expect_doubt("(0 of them are not in the replica, 1 of the replica are not shown)",
                   "1 differ from what it told (0 that it did not tell of, 1 that are gone, 0 that changed)");
  EXPECT_FALSE(shows(harvest, "account [uid=p7,"));
}

TEST_P(CountedDirectory, IsDoubtedWhenAsManyCameAsWent) {
  expect_same("nothing");
  hide("dn.exact=uid=p7,ou=people,dc=example,dc=test");
  bring_back(900);
  expect_doubt("and the server shows 44 (1 of them are not in the replica, 1 of the replica are not shown)",
               "2 differ from what it told (1 that it did not tell of, 1 that are gone, 0 that changed)");
}

TEST_P(CountedDirectory, IsDoubtedEvenIfTheFullReadSeesNotEnoughToCompare) {
  expect_same("nothing");
  hide("dn.children=ou=groups,dc=example,dc=test");
  const model::Harvest harvest = collect(options());
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(harvest.source.coverage.in_words(),
              AllOf(HasSubstr("access rules hide them"),
                    HasSubstr("2 of the replica are not shown); a comparison with a full read was not possible")));
  EXPECT_FALSE(std::filesystem::exists(replica()));
  const model::Harvest next = collect(options());
  EXPECT_EQ(next.source.coverage.state, CoverageState::partial) << "it was told once";
}

TEST_P(CountedDirectory, SaysWhenItsEntriesCouldNotBeCounted) {
  expect_same("nothing");
  apply(person(100, "ou=people"));
  configure("replace: olcLimits\nolcLimits: {0}users size=unlimited size.prtotal=10 time=unlimited");
  const model::Harvest harvest = collect(options());
  EXPECT_THAT(way(harvest), AllOf(HasSubstr("changes: followed by RFC 4533"), Not(HasSubstr("everything was read,"))));
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(harvest.source.coverage.in_words(), HasSubstr("the entries could not be counted a second time: "));
  EXPECT_FALSE(harvest.source.coverage.records_counted);
  EXPECT_TRUE(shows(harvest, "uid=p100,")) << "what changed was seen all the same";
  configure("replace: olcLimits\nolcLimits: {0}users size=unlimited time=unlimited");
  follow("a limit that is gone");
}

TEST_P(CountedDirectory, IsNotDoubtedBecauseItChangesWhileItIsCounted) {
  expect_same("nothing");
  std::atomic<bool> over = false;
  std::thread writer([&] {
    for (int i = 1000; !over; ++i) {
      apply(person(i, "ou=people"));
      if (i % 2 == 0) apply(fmt::format("dn: uid=p{},ou=people,dc=example,dc=test\nchangetype: delete\n", i));
    }
  });
  for (int round = 0; round < 8; ++round) {
    const model::Harvest harvest = collect(options());
    EXPECT_EQ(harvest.source.coverage.state, CoverageState::complete) << harvest.source.coverage.in_words() << "\n"
                                                                      << way(harvest);
  }
  over = true;
  writer.join();
  expect_same("many changes");
}

}  // namespace
}  // namespace tally::directory
