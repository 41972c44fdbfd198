#include "daemon/service/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/store/journal.h"

namespace tally::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

base::Instant at(std::string_view text) { return *base::parse_instant(text); }

Status in_order() {
  Status status;
  status.started = at("2026-03-01T00:00:00Z");
  status.file = "/etc/tallystick/tallystick.toml";
  status.config_digest = std::string(64, 'a');
  status.rules_digest = std::string(64, 'b');
  status.schedule = "daily at 05:00 (UTC)";
  status.next = at("2026-03-02T05:00:00Z");
  model::RunSummary last;
  last.run = "run-7";
  last.complete = true;
  last.finished = at("2026-03-01T05:01:00Z");
  status.last = last;
  return status;
}

TEST(Status, InOrderEndsWithNought) {
  const Status status = in_order();
  EXPECT_EQ(exit_code(status), 0);
  EXPECT_THAT(in_words(status), HasSubstr("run-7, finished 2026-03-01T05:01:00Z: nothing found; everything was seen"));
  EXPECT_THAT(in_words(status), HasSubstr("2026-03-02T05:00:00Z"));
  EXPECT_EQ(in_one_line(status), "next audit 2026-03-02T05:00:00Z; run-7: nothing found");
}

TEST(Status, FindingsAreTheAuditsBusinessAndNoTroubleOfTheService) {
  Status status = in_order();
  status.last->open[3] = 2;
  status.last->open[0] = 1;
  EXPECT_EQ(exit_code(status), 0);
  EXPECT_THAT(in_words(status), HasSubstr("2 critical, 1 low open"));
}

TEST(Status, WhateverNeedsSomebodyEndsWithThree) {
  Status incomplete = in_order();
  incomplete.last->complete = false;
  EXPECT_EQ(exit_code(incomplete), 3);
  Status refused = in_order();
  refused.refused = {at("2026-03-01T12:00:00Z"), {"tallystick.toml:3:1: unknown setting \"sate\""}};
  EXPECT_EQ(exit_code(refused), 3);
  EXPECT_THAT(in_words(refused), HasSubstr("tallystick.toml:3:1: unknown setting"));
  Status failed = in_order();
  failed.trouble = "the audit failed (timed out)";
  EXPECT_EQ(exit_code(failed), 3);
  Status missed = in_order();
  missed.missed.emplace_back("3 due between …");
  EXPECT_EQ(exit_code(missed), 0) << "an audit has finished since";
  missed.owed = true;
  EXPECT_EQ(exit_code(missed), 3);
  Status restart = in_order();
  restart.needs_restart = {"state"};
  EXPECT_EQ(exit_code(restart), 3);
}

TEST(Status, SaysWhatIsUnderWay) {
  Status status = in_order();
  status.running = Status::Running{"asked by uid 1000", "evaluating", at("2026-03-01T06:00:00Z")};
  EXPECT_THAT(in_words(status), HasSubstr("running since 2026-03-01T06:00:00Z, evaluating (asked by uid 1000)"));
  EXPECT_THAT(in_one_line(status), HasSubstr("audit running, evaluating"));
}

TEST(Status, OfARestartedServiceKnowsWhatTheLogHoldsAgainstIt) {
  store::Journal journal;
  store::Store store = journal.open();
  const auto now = [&] {
    EXPECT_TRUE(store.project(journal.entries()));
    const auto status = status_at_start(store, at("2026-03-09T00:00:00Z"));
    EXPECT_TRUE(status) << status.error().message;
    return status.value_or(Status{});
  };
  journal.run(1, {});
  EXPECT_EQ(now().last->run, "run-1");
  EXPECT_EQ(now().trouble, "");
  EXPECT_FALSE(now().owed);

  journal.start(2);
  journal.add(ledger::encode(ledger::RunAbandoned{"run-2", "it failed (io)"}), 2);
  journal.flush();
  EXPECT_EQ(now().trouble, "the newest audit was abandoned");
  journal.start(3);
  journal.add(ledger::encode(ledger::RunAbandoned{"run-3", "it failed (io)"}), 3);
  journal.flush();
  EXPECT_EQ(now().trouble, "the newest 2 audits were abandoned");
  EXPECT_EQ(now().last->run, "run-1");
  journal.run(4, {});
  EXPECT_EQ(now().trouble, "");

  journal.add(ledger::encode(ledger::ScheduleMissed{
                  1, at("2026-03-05T05:00:00Z"), at("2026-03-05T05:00:00Z"), {}, "the service was not running", false}),
              5);
  journal.flush();
  EXPECT_TRUE(now().owed);
  EXPECT_THAT(in_words(now()), HasSubstr("due times were missed, and no audit has finished since"));
  journal.run(6, {});
  EXPECT_FALSE(now().owed);
}

TEST(Status, OfANewServiceHasNoAuditYet) {
  Status status = in_order();
  status.last.reset();
  status.next.reset();
  EXPECT_EQ(exit_code(status), 0);
  EXPECT_THAT(in_words(status), HasSubstr("none has finished yet"));
  EXPECT_THAT(in_words(status), HasSubstr("when somebody asks for it"));
}

}  // namespace
}  // namespace tally::service
