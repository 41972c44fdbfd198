// What people decided, in every form that a run is told in: apart, counted, with until when, by whom and why.
#include "daemon/report/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/report/sentence.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using model::Standing;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace sample;

model::Exemption exemption() {
  model::Exemption one;
  one.rule = "LVR-001";
  one.subject_key = "account/corp-ldap/adoe";
  one.reason = "hands <over> until May";
  one.asked_by = "anna";
  one.approved_by = "bela";
  one.asked = at("2026-03-01T08:00:00Z");
  one.approved = at("2026-03-01T09:00:00Z");
  one.until = at("2026-05-01T00:00:00Z");
  one.number = 4711;
  one.log_index = 4712;
  return one;
}

/// One account of 1,000 is exempt, and that is all there is to say.
model::RunReport exempt_run() {
  model::RunReport report = all_clear();
  report.exempt = {finding("LVR-001", model::Severity::critical, account("adoe", "1042", "Ann Doe"),
                           "adoe of Ann Doe still works.", Standing::still_exempt)};
  report.exempt[0].exemption = exemption();
  report.summary.exempt = 1;
  report.tallies[0].clear = 999;
  report.tallies[0].exempt = 1;
  return report;
}

TEST(ExemptRun, IsNeverCalledNothingFound) {
  EXPECT_EQ(plain_sentence(exempt_run()), "Nothing is open, and everything was seen; 1 finding is exempt.");
  model::RunReport troubled_run = troubled();
  troubled_run.exempt = exempt_run().exempt;
  EXPECT_THAT(plain_sentence(troubled_run), HasSubstr("; 1 finding is exempt."));
}

TEST(ExemptRun, TiesOut) {
  EXPECT_TRUE(unseen(exempt_run()).empty());
  model::RunReport lost = exempt_run();
  lost.exempt.clear();
  ASSERT_EQ(unseen(lost).size(), 1u) << "an exempt finding that is counted has to be listed";
  EXPECT_EQ(unseen(lost)[0].kind, Unseen::Kind::unlisted);
  model::RunReport wrong = exempt_run();
  wrong.tallies[0].clear = 1000;
  EXPECT_EQ(unseen(wrong).at(0).kind, Unseen::Kind::population);
}

TEST(ExemptRun, SaysUntilWhenByWhomAndWhyInEveryForm) {
  const model::RunReport report = exempt_run();
  EXPECT_THAT(render_table(report, {200, false}),
              AllOf(HasSubstr("Exempt: known and accepted for a time"), HasSubstr("adoe (corp-ldap)"),
                    HasSubstr("until 2026-05-01 00:00 UTC, asked for by anna, approved by bela: hands <over> until May "
                              "(exemption 4711)")));
  EXPECT_THAT(render_html(report),
              AllOf(HasSubstr("id=\"exempt\""), HasSubstr("asked for by anna, approved by bela"),
                    HasSubstr("hands &lt;over&gt; until May"), HasSubstr("4711"), HasSubstr("2026-05-01 00:00 UTC")));
  const std::string csv = render_csv(report);
  EXPECT_THAT(csv, HasSubstr("\r\nexempt,still exempt,critical,LVR-001"));
  EXPECT_THAT(csv, HasSubstr(",4711,2026-05-01T00:00:00Z,anna,bela,hands <over> until May\r\n"));
  const json read = json::parse(render_json(report));
  EXPECT_EQ(read["findings"].size(), 0u);
  EXPECT_EQ(read["exempt"][0]["exemption"]["number"], 4711);
  EXPECT_EQ(read["exempt"][0]["exemption"]["reason"], "hands <over> until May");
  EXPECT_EQ(read["exempt"][0]["exemption"]["until"], "2026-05-01T00:00:00Z");
  EXPECT_EQ(read["run"]["exempt"], 1);
  EXPECT_EQ(read["rules"][0]["exempt"], 1);
}

TEST(ExemptRun, SaysWhatCouldNotBeCheckedAgain) {
  model::RunReport report = exempt_run();
  report.exempt[0].standing = Standing::exempt_not_rechecked;
  report.exempt[0].note = "the source corp-ldap was away";
  EXPECT_THAT(render_table(report, {120, false}), HasSubstr("Not re-checked: the source corp-ldap was away"));
  EXPECT_THAT(render_html(report), HasSubstr("not re-checked: the source corp-ldap was away"));
}

TEST(AcknowledgedFinding, StandsApartAndIsStillOpen) {
  model::RunReport report = troubled();
  report.open[0].acknowledged = {"anna", "ticket 17", at("2026-03-02T08:00:00Z"), 99};
  const std::string table = render_table(report, {200, false});
  const std::size_t apart = table.find("Acknowledged: open, and somebody works on them");
  ASSERT_NE(apart, std::string::npos);
  EXPECT_GT(table.find("  adoe of Ann Doe"), apart);
  EXPECT_LT(table.find("bquinn of Ben Quinn"), apart);
  EXPECT_THAT(table, HasSubstr("acknowledged by anna, 2026-03-02 08:00 UTC: ticket 17 (log entry 99)"));
  EXPECT_THAT(render_html(report),
              AllOf(HasSubstr("6 findings are open"), HasSubstr("1 of them acknowledged"), HasSubstr("ticket 17")));
  EXPECT_THAT(render_csv(report), HasSubstr(",anna,2026-03-02T08:00:00Z,ticket 17,"));
  EXPECT_EQ(json::parse(render_json(report))["findings"][0]["acknowledged"]["by"], "anna");
  EXPECT_TRUE(json::parse(render_json(report))["findings"][1]["acknowledged"].is_null());
}

TEST(ReopenedFinding, TellsItsHistory) {
  model::RunReport report = troubled();
  report.open[0].standing = Standing::reopened;
  report.open[0].times_reopened = 2;
  report.open[0].open_since = at("2026-04-02T06:00:00Z");
  EXPECT_THAT(render_finding(report, report.open[0], {120, false}),
              AllOf(HasSubstr("reopened, first seen 2026-03-01, came back 2 times"),
                    HasSubstr("Open since    2026-04-02 06:00:00 UTC")));
  EXPECT_THAT(render_html(report), AllOf(HasSubstr("Reopened (1)"), HasSubstr("2 times")));
  EXPECT_EQ(json::parse(render_json(report))["findings"][0]["times_reopened"], 2);
}

model::Decisions decisions() {
  model::Decisions all;
  model::ExemptionCase pending;
  pending.exemption = exemption();
  pending.exemption.number = 4710;
  pending.exemption.log_index = 0;
  pending.subject = account("adoe");
  pending.asked_by = {1001, "anna"};
  model::ExemptionCase approved = pending;
  approved.exemption = exemption();
  approved.state = model::RequestState::approved;
  approved.approved_by = {1002, ""};
  model::ExemptionCase withdrawn = approved;
  withdrawn.exemption.number = 4720;
  withdrawn.state = model::RequestState::withdrawn;
  withdrawn.ended_by = {1001, "anna"};
  withdrawn.ended = at("2026-03-05T08:00:00Z");
  withdrawn.ended_reason = "done";
  all.exemptions = {pending, approved, withdrawn};
  return all;
}

TEST(ListOfExemptions, SaysHowEachStands) {
  using model::DecisionKind;
  const auto at_time = [](const char* time) {
    return render_decisions(decisions(), DecisionKind::exemption, at(time), {200, false});
  };
  const std::string now = at_time("2026-04-01T00:00:00Z");
  EXPECT_THAT(now, AllOf(HasSubstr("4710    waiting for approval: LVR-001 of adoe in corp-ldap until 2026-05-01 00:00"),
                         HasSubstr("4711    in force: LVR-001"), HasSubstr("4720    withdrawn: LVR-001")));
  EXPECT_THAT(now, HasSubstr("approved by uid 1002, 2026-03-01 09:00 UTC")) << "who has no login has a number";
  EXPECT_THAT(now, HasSubstr("withdrawn by anna, 2026-03-05 08:00 UTC: done"));
  const std::string later = at_time("2026-05-01T00:00:00Z");
  EXPECT_THAT(later, AllOf(HasSubstr("never approved: "), HasSubstr("over: "), Not(HasSubstr("in force"))));
  const json read =
      json::parse(render_decisions_json(decisions(), DecisionKind::exemption, at("2026-04-01T00:00:00Z")));
  EXPECT_EQ(read["schema"], "tallystick-decisions/1");
  ASSERT_EQ(read["exemptions"].size(), 3u);
  EXPECT_TRUE(read["exemptions"][0]["approved"].is_null());
  EXPECT_EQ(read["exemptions"][1]["words"], "in force");
  EXPECT_EQ(read["exemptions"][1]["approved"]["by"]["uid"], 1002);
  EXPECT_EQ(read["exemptions"][2]["ended"]["reason"], "done");
}

TEST(ListOfNothing, IsASentence) {
  for (const auto kind : {model::DecisionKind::exemption, model::DecisionKind::link, model::DecisionKind::release}) {
    EXPECT_THAT(render_decisions({}, kind, at("2026-04-01T00:00:00Z"), {80, false}), testing::EndsWith(".\n"));
  }
}

TEST(Recorded, NamesThePlaceInTheLog) {
  const model::RecordedCommand recorded{"Done.", "audit.example.com/hostA", 17, 18};
  EXPECT_EQ(render_recorded(recorded, {120, false}),
            "Done.\nRecorded as entry 17 of the log audit.example.com/hostA (18 entries).\n");
  EXPECT_EQ(json::parse(render_recorded_json(recorded))["log"]["entry"], 17);
}

}  // namespace
}  // namespace tally::report
