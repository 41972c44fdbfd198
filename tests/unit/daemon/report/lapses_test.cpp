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
