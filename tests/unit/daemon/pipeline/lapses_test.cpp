// Audits that were not: stopped, killed, missed. None of them is lost in silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/event.h"
#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

model::Harvest people() { return hr({{"001", "Ada Lovelace", {}}}); }
model::Harvest logins() { return directory({{"ada", "001"}}); }

void record(Kept& kept, ledger::EventText text, std::string_view when) {
  const recorder::Draft draft{text.type, at(when), text.fields, text.personal, text.subject_key};
  ASSERT_TRUE(kept.record({&draft, 1}));
}

ledger::RunStarted started(const std::string& run, const std::string& trigger) {
  return {run, trigger, at("2026-03-01T05:00:00Z"), "0", std::string(64, '0'), std::string(64, '0'), "", ""};
}

ledger::RunFinished finished(const std::string& run) {
  ledger::RunFinished event;
  event.summary.run = run;
  return event;
}

TEST(StoppedAudit, IsRecordedAsAbandonedAndTellsNothing) {
  Stage stage;
  std::stop_source stop;
  stop.request_stop();
  const auto report = stage.audit(people(), logins(), stop.get_token());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, base::ErrorKind::unavailable);
  ASSERT_THAT(stage.leaves(), SizeIs(3)) << "genesis, run_started, run_abandoned, published";
  EXPECT_THAT(stage.leaves()[2], HasSubstr("\"type\":\"run_abandoned\""));
  EXPECT_THAT(stage.leaves()[2], HasSubstr("told to stop"));
}

TEST(StoppedAudit, IsToldByTheReportOfTheNextOneAndOfNoOther) {
  Stage stage;
  std::stop_source stop;
  stop.request_stop();
  ASSERT_FALSE(stage.audit(people(), logins(), stop.get_token()));
  const auto next = stage.audit(people(), logins());
  ASSERT_TRUE(next);
  ASSERT_THAT(next->lapses, SizeIs(1));
  EXPECT_EQ(next->lapses[0].kind, model::Lapse::Kind::abandoned);
  EXPECT_EQ(next->lapses[0].sentence, "run-1 began and was abandoned: the program was told to stop.");
  EXPECT_EQ(next->lapses[0].log_index, 2u);
  EXPECT_THAT(stage.audit(people(), logins())->lapses, IsEmpty());
}

TEST(KilledAudit, IsRecordedAsAbandonedByWhoeverOpensTheLogNext) {
  Stage stage;
  {
    auto kept = stage.open();
    ASSERT_TRUE(kept);
    record(*kept, ledger::encode(started("run-1", "command line")), "2026-03-01T05:00:00Z");
  }
  auto kept = stage.open();
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept->store.unfinished_runs(), IsEmpty());
  EXPECT_EQ(*kept->store.abandoned_in_a_row(), 1u);
  EXPECT_THAT(stage.leaves().back(), HasSubstr("the program or the machine stopped before its end"));
  EXPECT_EQ(kept->recorder.size(), 3u);
  kept = base::failure(base::ErrorKind::io, "closed");
  EXPECT_EQ(stage.open()->recorder.size(), 3u) << "once";
}

TEST(AbandonedRuns, AreCountedFromTheNewestBackToTheLastThatFinished) {
  Stage stage;
  auto kept = stage.open();
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept->store.abandoned_in_a_row(), 0u);
  for (const char* run : {"a", "b"}) {
    record(*kept, ledger::encode(started(run, "schedule, due x")), "2026-03-01T05:00:00Z");
    record(*kept, ledger::encode(ledger::RunAbandoned{run, "it failed (io)"}), "2026-03-01T05:00:01Z");
  }
  EXPECT_EQ(*kept->store.abandoned_in_a_row(), 2u);
  record(*kept, ledger::encode(started("c", "schedule, due x")), "2026-03-01T05:00:00Z");
  record(*kept, ledger::encode(finished("c")), "2026-03-01T05:01:00Z");
  EXPECT_EQ(*kept->store.abandoned_in_a_row(), 0u);
  EXPECT_EQ((*kept->store.last_summary())->run, "c");
}

TEST(ScheduleOnRecord, IsKnownUntilItsNewestRunMissedTimeOrConfiguration) {
  Stage stage;
  auto kept = stage.open();
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept->store.schedule_known_until(), std::nullopt);
  record(*kept, ledger::encode(started("a", "command line")), "2026-03-09T00:00:00Z");
  EXPECT_EQ(*kept->store.schedule_known_until(), std::nullopt) << "an audit by hand says nothing about the schedule";
  record(*kept, ledger::encode(ledger::ConfigurationAccepted{"aa", "bb", "none"}), "2026-03-01T00:00:00Z");
  EXPECT_EQ(*kept->store.schedule_known_until(), at("2026-03-01T00:00:00Z"));
  EXPECT_EQ((*kept->store.last_configuration())->config_digest, "aa");
  record(*kept, ledger::encode(started("b", "schedule, due x")), "2026-03-02T05:00:00.25Z");
  EXPECT_EQ(*kept->store.schedule_known_until(), at("2026-03-02T05:00:00.25Z"));
  record(
      *kept,
      ledger::encode(ledger::ScheduleMissed{
          1, at("2026-03-03T05:00:00Z"), at("2026-03-03T05:00:00Z"), {at("2026-03-03T05:00:00Z")}, "it slept", true}),
      "2026-03-03T07:00:00Z");
  EXPECT_EQ(*kept->store.schedule_known_until(), at("2026-03-03T07:00:00Z"));
}

TEST(MissedTimes, AreToldByTheReportOfTheNextAudit) {
  Stage stage;
  {
    auto kept = stage.open();
    ASSERT_TRUE(kept);
    record(*kept,
           ledger::encode(ledger::ScheduleMissed{3,
                                                 at("2026-03-01T05:00:00Z"),
                                                 at("2026-03-03T05:00:00Z"),
                                                 {at("2026-03-03T05:00:00Z")},
                                                 "the service was not running",
                                                 true}),
           "2026-03-03T07:00:00Z");
  }
  const auto report = stage.audit(people(), logins());
  ASSERT_TRUE(report);
  ASSERT_THAT(report->lapses, SizeIs(1));
  EXPECT_EQ(report->lapses[0].kind, model::Lapse::Kind::missed);
  EXPECT_EQ(report->lapses[0].sentence,
            "3 audits were missed, due between 2026-03-01T05:00:00Z and 2026-03-03T05:00:00Z: the service was not "
            "running. One audit was started in their place.");
}

TEST(WhoAskedForAnAudit, IsPersonalAndNotInTheLeaf) {
  Stage stage;
  auto kept = stage.open();
  ASSERT_TRUE(kept);
  ledger::RunStarted event = started("a", "asked by uid 1000");
  event.asked_by = "dweiss";
  const ledger::EventText text = ledger::encode(event);
  EXPECT_EQ(text.fields.find("dweiss"), std::string::npos);
  EXPECT_THAT(text.fields, HasSubstr("asked by uid 1000"));
  EXPECT_THAT(text.personal, HasSubstr("dweiss"));
  record(*kept, text, "2026-03-01T05:00:00Z");
}

}  // namespace
}  // namespace tally::pipeline
