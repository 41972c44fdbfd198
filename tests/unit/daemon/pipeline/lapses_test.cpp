// Audits that were not: stopped, killed, missed. None of them is lost in silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <variant>

#include "daemon/ledger/event.h"
#include "daemon/store/database.h"
#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {
namespace {

using ::testing::ElementsAre;
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

TEST(StoppedAudit, IsToldByTheReportsOfTheRunsAroundItAndOfNoOther) {
  Stage stage;
  ASSERT_TRUE(stage.audit(people(), logins()));
  const std::uint64_t first = stage.leaves().size();
  std::stop_source stop;
  stop.request_stop();
  ASSERT_FALSE(stage.audit(people(), logins(), stop.get_token()));
  const auto before = stage.open()->store.report();
  ASSERT_TRUE(before && *before);
  EXPECT_EQ((*before)->log_index, first - 1);
  EXPECT_THAT((*before)->lapses, SizeIs(1)) << "the newest finished run is not the newest audit";
  const auto next = stage.audit(people(), logins());
  ASSERT_TRUE(next);
  ASSERT_THAT(next->lapses, SizeIs(1));
  EXPECT_EQ(next->lapses[0].kind, model::Lapse::Kind::abandoned);
  EXPECT_EQ(next->lapses[0].sentence,
            fmt::format("run-{} began and was abandoned: the program was told to stop.", first));
  EXPECT_EQ(next->lapses[0].log_index, first + 1);
  EXPECT_THAT(stage.audit(people(), logins())->lapses, IsEmpty());
}

/// Makes every statement of that kind fail, as a full disk does, until allowed again.
void refuse(const Stage& stage, std::string_view what) {
  auto store = store::Database::open(stage.store_file());
  ASSERT_TRUE(store);
  const std::string trigger =
      fmt::format("CREATE TRIGGER refusal BEFORE {} BEGIN SELECT raise(ABORT, 'database or disk is full'); END", what);
  ASSERT_TRUE(store->execute(trigger.c_str()));
}

void allow(const Stage& stage) {
  auto store = store::Database::open(stage.store_file());
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->execute("DROP TRIGGER refusal"));
}

/// "run_started run-1" of every beginning and end.
std::vector<std::string> beginnings_and_ends(const Stage& stage) {
  std::vector<std::string> out;
  for (const std::string& leaf : stage.leaves()) {
    const auto event = ledger::decode(leaf, {});
    if (const auto* one = std::get_if<ledger::RunStarted>(&*event)) out.push_back("run_started " + one->run);
    if (const auto* one = std::get_if<ledger::RunFinished>(&*event)) out.push_back("run_finished " + one->summary.run);
    if (const auto* one = std::get_if<ledger::RunAbandoned>(&*event)) out.push_back("run_abandoned " + one->run);
  }
  return out;
}

TEST(AuditWhoseStoreFails, IsNotAbandonedWhenTheLogTookItsEnd) {
  Stage stage;
  Keeping keeping(std::move(*stage.open()));
  const auto failed = stage.audit(keeping, people(), logins(), {}, [&](std::string_view name) {
    if (name == "recording") refuse(stage, "UPDATE OF finished_entry ON runs");
  });
  ASSERT_FALSE(failed);
  allow(stage);
  const auto next = stage.audit(keeping, people(), logins());
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(next->lapses, IsEmpty());
  EXPECT_THAT(next->history, SizeIs(1)) << "the run that the store had missed";
  EXPECT_THAT(beginnings_and_ends(stage),
              ElementsAre("run_started run-1", "run_finished run-1", "run_started " + next->summary.run,
                          "run_finished " + next->summary.run));
}

TEST(AuditWhoseStoreFails, GetsItsEndBeforeTheNextOneBegins) {
  Stage stage;
  Keeping keeping(std::move(*stage.open()));
  refuse(stage, "INSERT ON runs");
  ASSERT_FALSE(stage.audit(keeping, people(), logins()));
  allow(stage);
  const auto next = stage.audit(keeping, people(), logins());
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(next->lapses, SizeIs(1));
  EXPECT_THAT(beginnings_and_ends(stage),
              ElementsAre("run_started run-1", "run_abandoned run-1", "run_started " + next->summary.run,
                          "run_finished " + next->summary.run));
}

TEST(AuditWhoseStoreFails, IsAbandonedByWhatTheLogSaysAndNotByWhatTheStoreKnows) {
  Stage stage;
  auto kept = stage.open();
  ASSERT_TRUE(kept);
  std::vector<recorder::Draft> drafts;
  for (const ledger::EventText& text :
       {ledger::encode(started("a", "test")), ledger::encode(finished("a")), ledger::encode(started("b", "test"))}) {
    drafts.push_back({text.type, at("2026-03-01T05:00:00Z"), text.fields, text.personal, text.subject_key});
  }
  ASSERT_TRUE(kept->recorder.append(drafts)) << "and the store hears of none";
  const auto abandoned = abandon_unfinished(*kept, "it failed (io)", at("2026-03-01T05:00:00Z"));
  ASSERT_TRUE(abandoned) << abandoned.error().message;
  EXPECT_THAT(*abandoned, ElementsAre("b"));
  EXPECT_THAT(beginnings_and_ends(stage),
              ElementsAre("run_started a", "run_finished a", "run_started b", "run_abandoned b"));
}

TEST(StateOfAnotherUser, IsNotWrittenToEvenByRoot) {
  Stage stage;
  // Root can give a folder away; everybody else finds one of root's.
  const bool root = ::geteuid() == 0;
  const std::string state = root ? stage.state() : "/";
  if (root) {
    EXPECT_TRUE(check_owner(state)) << "one that does not exist yet belongs to whoever makes it";
    std::filesystem::create_directory(state);
    EXPECT_TRUE(check_owner(state));
    ASSERT_EQ(::chown(state.c_str(), 54321, 54321), 0);
  }
  const auto kept = open_kept({state, stage.key(), recorder::Clock::fixed(at("2026-03-01T05:00:00Z")), {}, {}});
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, base::ErrorKind::denied);
  EXPECT_THAT(kept.error().message,
              HasSubstr(root ? "belongs to the user 54321" : "with `runuser -u root -- tallystick"));
  if (!root) return;
  EXPECT_TRUE(std::filesystem::is_empty(state));
  ASSERT_EQ(::chown(state.c_str(), 65534, 65534), 0);
  EXPECT_THAT(check_owner(state).error().message, HasSubstr("with `runuser -u nobody -- tallystick"));
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
