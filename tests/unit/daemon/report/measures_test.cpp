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
  EXPECT_EQ(span_in_words({days(0), days(3)}), "at most 3 d");
  EXPECT_EQ(span_in_words({days(0), hours(52) + std::chrono::minutes(59)}), "at most 2 d 5 h");
  EXPECT_EQ(span_in_words({days(0), Span::kUnbounded}), "not known");
  EXPECT_EQ(span_in_words({days(0), days(0)}), "none");
}

model::Revocation leaver(model::Truth access) {
  const auto at = [](const char* text) { return *base::parse_instant(text); };
  model::Revocation r;
  r.employee_id = "001004";
  r.name = "Dana <Weiss>";
  r.accounts = 2;
  r.left = r.seen = base::Bounds::exactly(at("2026-03-01T00:00:00Z"));
  r.access.there = access;
  if (access == model::Truth::no) {
    r.access.last_seen = at("2026-03-02T00:00:00Z");
    r.access.gone = base::Bounds::exactly(*r.access.last_seen);
  }
  r.until = r.looked = at("2026-03-05T00:00:00Z");
  return r;
}

model::Revocation out_in_time() {
  model::Revocation r = leaver(model::Truth::no);
  r.access.gone->earliest = base::kBeginningOfTime;
  r.access.last_seen.reset();
  return r;
}

std::string words_of(std::vector<model::Revocation> revocations, bool all_seen = true) {
  model::RunReport report;
  report.revocations = std::move(revocations);
  report.sources.emplace_back().coverage.state =
      all_seen ? model::CoverageState::complete : model::CoverageState::failed;
  return revocations_in_words(report);
}

TEST(Revocations, DoNotSoundAllClearWhenASourceWasNotSeen) {
  EXPECT_EQ(words_of({}, false),
            "Nobody was seen to have left in the last 90 days, or to have access after leaving. There may be more: not "
            "every source was completely seen.");
}

TEST(Revocations, CountThoseWhoStillHaveAccessAndThoseOfWhomItCannotBeTold) {
  using model::Truth;
  const auto gone = leaver(Truth::no), there = leaver(Truth::yes), unknown = leaver(Truth::unknown);
  EXPECT_EQ(words_of({}), "Nobody was seen to have left in the last 90 days, or to have access after leaving.");
  EXPECT_EQ(words_of({gone}), "Of 1 leaver, 1 had access after the end of the employment.");
  EXPECT_EQ(
      words_of({out_in_time()}),
      "Of 1 leaver, none was seen to have access after the end of the employment, 1 was out when it could first be "
      "told.");
  EXPECT_EQ(
      words_of({there, gone, out_in_time(), out_in_time(), unknown}),
      "Of 5 leavers, 2 had access after the end of the employment (1 still has it), 2 were out when it could first be "
      "told, and of 1 it cannot be told whether access is gone.");
}

TEST(AccessInWords, NeverCallsGoneWhatCannotBeTold) {
  using model::Truth;
  EXPECT_EQ(access_in_words(leaver(Truth::yes)), "still there (2 accounts)");
  EXPECT_EQ(access_in_words(leaver(Truth::no)), "gone at 2026-03-02T00:00:00Z, 1 d after the end");
  model::Revocation deleted = leaver(Truth::no);
  deleted.access_told = "by deletion; source: deleted objects of corp-ad";
  EXPECT_EQ(access_in_words(deleted),
            "gone at 2026-03-02T00:00:00Z, 1 d after the end (by deletion; source: deleted objects of corp-ad)");
  EXPECT_EQ(access_in_words(out_in_time()), "gone not after 2026-03-02T00:00:00Z, at most 1 d after the end");
  auto r = leaver(Truth::yes);
  r.looked = *base::parse_instant("2026-02-27T00:00:00Z");
  EXPECT_EQ(access_in_words(r), "there before the end, at 2026-02-27T00:00:00Z");
  r = leaver(Truth::unknown);
  EXPECT_EQ(access_in_words(r), "cannot tell");
  r.access.last_seen = r.until;
  EXPECT_EQ(access_in_words(r), "cannot tell; there at 2026-03-05T00:00:00Z");
  r = out_in_time();
  r.accounts = 0;
  EXPECT_EQ(access_in_words(r), "no account is theirs");
}

TEST(Stamps, AreNamedInTheOrderInWhichTheyAreDue) {
  model::Revocation r = leaver(model::Truth::yes);
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
  report.revocations = {leaver(model::Truth::yes)};
  report.tallies = {{"LVR-001", "Leaver", model::Severity::critical, model::SubjectKind::account, 4, 3, 1, 0}};
  const std::string page = render_html(report);
  EXPECT_THAT(page, HasSubstr("Dana &lt;Weiss&gt; (employee 001004)"));
  EXPECT_THAT(page, HasSubstr("still there (2 accounts)"));
  EXPECT_THAT(page, HasSubstr("75.00 of 100: 30 points of 40."));
}

}  // namespace
}  // namespace tally::report
