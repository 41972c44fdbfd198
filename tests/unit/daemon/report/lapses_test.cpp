// Audits that came to nothing before a run are told by its reports, and are no trouble of the run itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

model::RunReport with_a_lapse() {
  model::RunReport report = sample::all_clear();
  report.lapses = {{model::Lapse::Kind::abandoned, *base::parse_instant("2026-04-01T05:00:00Z"),
                    "run-41 began and was abandoned: the program was told to stop.", 41}};
  return report;
}

TEST(Lapses, AreToldByEveryReport) {
  EXPECT_THAT(render_html(with_a_lapse()), HasSubstr("run-41 began and was abandoned"));
  EXPECT_THAT(render_json(with_a_lapse()), HasSubstr("\"kind\": \"abandoned\""));
  EXPECT_THAT(render_table(with_a_lapse(), {.width = 200, .colour = false}),
              HasSubstr("run-41 began and was abandoned: the program was told to stop."));
}

TEST(Lapses, AfterTheRunAreToldApartFromThoseBeforeIt) {
  model::RunReport report = with_a_lapse();
  report.lapses.push_back({model::Lapse::Kind::missed, *base::parse_instant("2026-04-03T05:01:00Z"),
                           "1 audit was missed, due 2026-04-03T05:00:00Z: it slept. None was made up for.", 43});
  ASSERT_EQ(report.log_index, 42u);
  for (const std::string& text : {render_html(report), render_table(report, {.width = 200, .colour = false})}) {
    const auto before = text.find("Audits that came to nothing before this one");
    const auto abandoned = text.find("run-41 began");
    const auto after = text.find("Audits that came to nothing after this one");
    const auto missed = text.find("1 audit was missed");
    EXPECT_LT(before, abandoned);
    EXPECT_LT(abandoned, after);
    EXPECT_LT(after, missed);
    EXPECT_NE(missed, std::string::npos);
  }
  EXPECT_THAT(render_html(with_a_lapse()), Not(HasSubstr("after this one")));
}

TEST(Lapses, LeaveAnAllClearAnAllClear) {
  EXPECT_THAT(unseen(with_a_lapse()), IsEmpty());
  EXPECT_EQ(plain_sentence(with_a_lapse()), plain_sentence(sample::all_clear()));
}

TEST(Lapses, AreNotSpokenOfWhenThereAreNone) {
  EXPECT_THAT(render_html(sample::all_clear()), Not(HasSubstr("came to nothing")));
  EXPECT_THAT(render_table(sample::all_clear(), {}), Not(HasSubstr("came to nothing")));
}

}  // namespace
}  // namespace tally::report
