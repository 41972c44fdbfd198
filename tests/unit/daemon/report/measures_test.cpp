#include "daemon/report/measures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/report/render.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using model::Span;
using std::chrono::days;
using std::chrono::hours;
using ::testing::HasSubstr;

TEST(SpanInWords, SaysOnlyWhatIsKnown) {
  EXPECT_EQ(span_in_words({days(2), days(2)}), "2 d");
  EXPECT_EQ(span_in_words({days(2), days(2) + hours(3)}), "2 d to 2 d 3 h");
  EXPECT_EQ(span_in_words({days(2), Span::kUnbounded}), "at least 2 d");
  EXPECT_EQ(span_in_words({days(0), Span::kUnbounded}), "not known");
  EXPECT_EQ(span_in_words({days(0), days(0)}), "none");
}

model::Revocation leaver(std::optional<base::Bounds> gone) {
  model::Revocation r;
  r.employee_id = "001004";
  r.name = "Dana <Weiss>";
  r.accounts = 2;
  r.left = r.seen = base::Bounds::exactly(*base::parse_instant("2026-03-01T00:00:00Z"));
  r.access_gone = gone;
  r.until = *base::parse_instant("2026-03-05T00:00:00Z");
  return r;
}

TEST(Revocations, CountThoseWhoStillHaveAccess) {
  const auto gone = base::Bounds::exactly(*base::parse_instant("2026-03-02T00:00:00Z"));
  EXPECT_EQ(revocations_in_words({}), "No leaver was seen with access after the end of the employment.");
  EXPECT_EQ(revocations_in_words(std::vector{leaver(gone)}),
            "1 leaver kept access after the end of the employment; none of them still has it.");
  EXPECT_EQ(revocations_in_words(std::vector{leaver(gone), leaver({})}),
            "2 leavers kept access after the end of the employment; 1 still has it.");
  EXPECT_EQ(access_in_words(leaver({})), "still there (2 accounts)");
  EXPECT_EQ(access_in_words(leaver(gone)), "gone at 2026-03-02T00:00:00Z");
}

TEST(Stamps, AreNamedInTheOrderInWhichTheyAreDue) {
  model::Revocation r = leaver({});
  EXPECT_EQ(stamps_in_words(r), "left 2026-03-01T00:00:00Z; in the feed 2026-03-01T00:00:00Z");
  EXPECT_EQ(feed_delay_in_words(r), "not told");
  r.entered = base::Bounds::exactly(*base::parse_instant("2026-02-01T00:00:00Z"));
  r.last_working_day = base::Bounds::exactly(*base::parse_instant("2026-02-20T00:00:00Z"));
  EXPECT_EQ(stamps_in_words(r),
            "last working day until 2026-02-20T00:00:00Z; left 2026-03-01T00:00:00Z; entered by HR "
            "2026-02-01T00:00:00Z; in the feed 2026-03-01T00:00:00Z");
  EXPECT_EQ(feed_delay_in_words(r), "none");
}

TEST(Measures, StandInTheHtmlReportWithTheirArithmetic) {
  model::RunReport report = sample::all_clear();
  report.revocations = {leaver({})};
  report.tallies = {{"LVR-001", "Leaver", model::Severity::critical, model::SubjectKind::account, 4, 3, 1, 0}};
  const std::string page = render_html(report);
  EXPECT_THAT(page, HasSubstr("Dana &lt;Weiss&gt; (employee 001004)"));
  EXPECT_THAT(page, HasSubstr("still there (2 accounts)"));
  EXPECT_THAT(page, HasSubstr("75.00 of 100: 30 points of 40."));
}

}  // namespace
}  // namespace tally::report
