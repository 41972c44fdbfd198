#include "policy/evaluation/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::evaluation {
namespace {

TEST(Envelope, AllowsADropOfExactlyFiveRecordsOrOnePercent) {
  EXPECT_FALSE(too_few(95, 100, {}));      // five records, though 5 %
  EXPECT_TRUE(too_few(94, 100, {}));       // six
  EXPECT_FALSE(too_few(9900, 10000, {}));  // exactly 1 %
  EXPECT_TRUE(too_few(9899, 10000, {}));
  EXPECT_FALSE(too_few(0, 5, {}));
  EXPECT_TRUE(too_few(0, 6, {}));
}

TEST(Envelope, NeverDoubtsASourceThatGrows) { EXPECT_FALSE(too_few(101, 100, {0, 0})); }

TEST(Envelope, QuarantinesAFeedThatLostHalfAndSaysTheNumbers) {
  model::Harvest harvest;
  harvest.source.name = "hr";
  harvest.source.coverage.state = model::CoverageState::complete;
  harvest.source.coverage.records_read = 500;
  Previous previous;
  previous.last_good["hr"] = 1000;
  apply_envelope(harvest, previous, {});
  ASSERT_EQ(harvest.source.coverage.state, model::CoverageState::doubtful);
  EXPECT_EQ(harvest.source.coverage.gaps.front().kind, model::Gap::Kind::envelope);
  EXPECT_EQ(harvest.source.coverage.gaps.front().sentence,
            "500 records, 500 fewer than the 1000 of the last complete run; allowed are 1 % or 5 records");
}

/// A feed of so many people in each department; the last `left` of all have left.
model::Harvest feed(const std::vector<std::pair<const char*, int>>& departments, int left = 0) {
  model::Harvest harvest;
  harvest.source.name = "hr";
  harvest.source.coverage.state = model::CoverageState::complete;
  for (const auto& [department, count] : departments) {
    for (int i = 0; i < count; ++i) {
      const std::size_t row = harvest.people.add(model::SourceId(0)).index();
      harvest.people.department[row] = harvest.text.intern(department);
      harvest.people.status[row] = model::Employment::active;
    }
  }
  const std::size_t size = harvest.people.size();
  for (int i = 1; i <= left; ++i) harvest.people.status[size - static_cast<std::size_t>(i)] = model::Employment::left;
  harvest.source.coverage.records_read = size;
  return harvest;
}

/// What is remembered of a good run of that feed.
Previous after(const model::Harvest& harvest) {
  Previous previous;
  previous.last_good["hr"] = record_count(harvest);
  previous.segments["hr"] = segments_of(harvest);
  return previous;
}

std::string verdict_on(model::Harvest harvest, const Previous& previous) {
  apply_envelope(harvest, previous, {});
  return std::string(to_string(harvest.source.coverage.state)) + ": " + harvest.source.coverage.in_words();
}

TEST(Envelope, CountsDepartmentsAndThoseWhoWork) {
  const model::Harvest harvest = feed({{"Sales", 20}, {"IT", 19}}, 3);
  EXPECT_THAT(segments_of(harvest),
              ::testing::ElementsAre(model::Segment{"department", "Sales", 20}, model::Segment{"working", "", 36}));
}

TEST(Envelope, QuarantinesAFeedThatLostADepartmentThoughItsTotalIsRight) {
  const Previous previous = after(feed({{"Sales", 40}, {"IT", 960}}));
  EXPECT_EQ(
      verdict_on(feed({{"Sales", 34}, {"IT", 966}}), previous),
      "doubtful: department Sales: 34 records, 6 fewer than the 40 of the last complete run; allowed are 10 % or 5 "
      "records");
  EXPECT_EQ(verdict_on(feed({{"Sales", 35}, {"IT", 965}}), previous), "complete: complete");
}

TEST(Envelope, QuarantinesAFeedThatMarksEverybodyAsLeft) {
  const Previous previous = after(feed({{"IT", 1000}}));
  EXPECT_EQ(verdict_on(feed({{"IT", 1000}}, 101), previous),
            "doubtful: working: 899 records, 101 fewer than the 1000 of the last complete run; allowed are 10 % or 5 "
            "records");
  EXPECT_EQ(verdict_on(feed({{"IT", 1000}}, 100), previous), "complete: complete");
}

TEST(Envelope, NamesFiveSegmentsAndCountsTheOthers) {
  const std::vector<std::pair<const char*, int>> many = {{"A", 30}, {"B", 30}, {"C", 30}, {"D", 30},
                                                         {"E", 30}, {"F", 30}, {"G", 30}, {"H", 790}};
  const std::string said = verdict_on(feed({{"H", 1000}}), after(feed(many)));
  EXPECT_THAT(said, ::testing::HasSubstr("department E: 0 records, 30 fewer"));
  EXPECT_THAT(said, ::testing::Not(::testing::HasSubstr("department F")));
  EXPECT_THAT(said, ::testing::HasSubstr("2 more segments lost as much"));
}

TEST(Envelope, HasNothingToSayInTheFirstRun) {
  model::Harvest harvest;
  harvest.source.coverage.state = model::CoverageState::complete;
  apply_envelope(harvest, {}, {});
  EXPECT_EQ(harvest.source.coverage.state, model::CoverageState::complete);
}

TEST(Envelope, CountsTheAccountsOfADirectory) {
  model::Harvest harvest;
  harvest.source.kind = model::SourceKind::directory;
  harvest.source.coverage.records_read = 7;  // groups are among them
  harvest.accounts.add(model::SourceId(0));
  EXPECT_EQ(record_count(harvest), 1U);
}

}  // namespace
}  // namespace tally::evaluation
