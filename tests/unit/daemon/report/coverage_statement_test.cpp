// What an auditor reads about each source.
#include "daemon/report/coverage_statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::report {
namespace {

using testing::HasSubstr;
using testing::Not;

model::SourceRecord directory() {
  model::SourceRecord out;
  out.kind = model::SourceKind::directory;
  out.started = *base::parse_instant("2026-03-01T10:00:00Z");
  out.finished = *base::parse_instant("2026-03-01T10:01:00Z");
  out.coverage.state = model::CoverageState::complete;
  out.coverage.records_read = 1204;
  out.coverage.records_counted = 1204;
  out.coverage.counted_by = "the filter negated twice";
  out.notes = {"canaries: 2 asked for; one that is missing is among the gaps", "pages-read: 2",
               "own-rights: nothing beyond reading"};
  return out;
}

TEST(CoverageStatement, SaysWhichCountsAgree) {
  EXPECT_EQ(coverage_statement(directory()),
            "1,204 records were read from 2026-03-01 10:00:00 UTC to 2026-03-01 10:01:00 UTC. The second, independent "
            "count (the filter negated twice) gave 1,204, which agrees. Nothing is known to be missing. Canaries: 2 "
            "asked for; one that is missing is among the gaps. The account that reads may do: nothing beyond reading.");
}

TEST(CoverageStatement, SaysWhetherOurOwnRightsWereComparedWithTheServersWord) {
  model::SourceRecord asked = directory();
  asked.notes.emplace_back("effective-rights: our own rights could not be compared with the server's word: refused");
  EXPECT_THAT(coverage_statement(asked),
              testing::EndsWith("The account that reads may do: nothing beyond reading. Compared: our own rights could "
                                "not be compared with the server's word: refused."));
}

TEST(CoverageStatement, SaysWhatDoesNotAgreeAndWhatWasNotSeen) {
  model::SourceRecord cut = directory();
  cut.coverage.records_counted = 1300;
  cut.coverage.lower(model::CoverageState::partial, model::Gap::Kind::hidden, "ou=x shows none of its children");
  cut.coverage.rejects_total = 1;
  EXPECT_THAT(coverage_statement(cut), HasSubstr("gave 1,300, which does NOT agree. Not seen: ou=x shows none of its "
                                                 "children. 1 record or value could not be used."));
  EXPECT_THAT(coverage_statement(cut), Not(HasSubstr("Nothing is known to be missing")));
}

TEST(CoverageStatement, SaysForHowLongASourceHasNotBeenSeen) {
  model::SourceRecord cut = directory();
  cut.coverage.lower(model::CoverageState::partial, model::Gap::Kind::hidden, "ou=x shows none of its children");
  model::Incomplete since{*base::parse_instant("2026-02-27T10:00:00Z"), 3,
                          *base::parse_instant("2026-02-26T10:01:00Z")};
  EXPECT_THAT(
      coverage_statement(cut, &since),
      HasSubstr("ou=x shows none of its children. It has not been completely seen since 2026-02-27 10:00:00 UTC, "
                "in 3 runs one after the other; the last time that it was is 2026-02-26 10:01:00 UTC."));
  since.last_complete.reset();
  EXPECT_THAT(coverage_statement(cut, &since), HasSubstr("in no run before that, as far back as is looked, was it."));
  since = {cut.started, 1, *base::parse_instant("2026-02-28T10:01:00Z")};
  EXPECT_THAT(coverage_statement(cut, &since), HasSubstr("It was last completely seen at 2026-02-28 10:01:00 UTC."));
  since.last_complete.reset();
  EXPECT_THAT(coverage_statement(cut, &since), Not(HasSubstr("completely seen"))) << "the first run has none before it";
}

TEST(CoverageStatement, NeverClaimsASecondCountThatThereWasNot) {
  model::SourceRecord once = directory();
  once.coverage.records_counted.reset();
  EXPECT_THAT(coverage_statement(once), HasSubstr("There was no second, independent count."));
}

}  // namespace
}  // namespace tally::report
