#include "policy/model/coverage.h"

#include <gtest/gtest.h>

#include "policy/model/fact.h"

namespace tally::model {
namespace {

Coverage complete() {
  Coverage coverage;
  coverage.state = CoverageState::complete;
  return coverage;
}

TEST(Coverage, IsFailedUntilSomebodySaysOtherwise) { EXPECT_EQ(Coverage{}.state, CoverageState::failed); }

TEST(Coverage, OnlyGoesDown) {
  constexpr CoverageState kDown[] = {CoverageState::complete, CoverageState::partial, CoverageState::doubtful,
                                     CoverageState::failed};
  for (int from = 0; from < 4; ++from) {
    for (int to = 0; to < 4; ++to) {
      Coverage coverage;
      coverage.state = kDown[from];
      coverage.lower(kDown[to], Gap::Kind::hidden, "x");
      EXPECT_EQ(coverage.state, kDown[std::max(from, to)]);
      EXPECT_EQ(coverage.gaps.size(), 1U);
    }
  }
}

TEST(Coverage, BecomesPartialByARecordRefusedButNotByAField) {
  Coverage coverage = complete();
  coverage.reject({7, "mail", "x", "y", false});
  EXPECT_EQ(coverage.state, CoverageState::complete);
  coverage.reject({8, "", "x", "y", true});
  EXPECT_EQ(coverage.state, CoverageState::partial);
  coverage.lower(CoverageState::doubtful, Gap::Kind::truncated, "cut");
  coverage.reject({9, "", "x", "y", true});
  EXPECT_EQ(coverage.state, CoverageState::doubtful);
}

TEST(Coverage, CountsAllRejectsAndKeepsTheFirstThousand) {
  Coverage coverage = complete();
  for (std::uint64_t line = 1; line <= Coverage::kMaxRejectsKept + 1; ++line) coverage.reject({line, "", "", "", true});
  EXPECT_EQ(coverage.rejects_total, 1001U);
  ASSERT_EQ(coverage.rejects.size(), 1000U);
  EXPECT_EQ(coverage.rejects.back().line, 1000U);
}

TEST(Coverage, SaysItsGapsInOneLine) {
  Coverage coverage = complete();
  EXPECT_EQ(coverage.in_words(), "complete");
  coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped after 500 entries");
  coverage.lower(CoverageState::partial, Gap::Kind::referral, "ou=x lives elsewhere");
  EXPECT_EQ(coverage.in_words(), "the server stopped after 500 entries; ou=x lives elsewhere");
  coverage.reject({1, "", "", "", true});
  EXPECT_EQ(coverage.in_words(),
            "the server stopped after 500 entries; ou=x lives elsewhere; 1 record or field rejected");
}

TEST(Fact, IsUnknownUntilSomebodyReadsIt) {
  EXPECT_EQ(BoolFact{}.value, Truth::unknown);
  EXPECT_EQ(TimeFact{}.state, TimeState::unknown);
}

}  // namespace
}  // namespace tally::model
