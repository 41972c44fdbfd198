#include "policy/evaluation/envelope.h"

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
  apply_envelope(harvest, {{{"hr", 1000}}}, {});
  ASSERT_EQ(harvest.source.coverage.state, model::CoverageState::doubtful);
  EXPECT_EQ(harvest.source.coverage.gaps.front().kind, model::Gap::Kind::envelope);
  EXPECT_EQ(harvest.source.coverage.gaps.front().sentence,
            "500 records, 500 fewer than the 1000 of the last complete run; allowed are 1 % or 5 records");
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
