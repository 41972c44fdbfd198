#include "daemon/service/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::service {
namespace {

using namespace std::chrono_literals;
using Situation = Planner::Situation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

base::Instant at(std::string_view text) { return *base::parse_instant(text); }
const pipeline::Schedule kAtFive{.times = {5h}};

TEST(Planner, HasNothingToMakeUpForWhenNobodyEverPlanned) {
  Planner planner(kAtFive, true, std::nullopt);
  const auto verdict = planner.look(at("2026-03-01T12:00:00Z"), Situation::starting);
  EXPECT_FALSE(verdict.run);
  EXPECT_EQ(verdict.missed.count, 0u);
  EXPECT_EQ(planner.next(at("2026-03-01T12:00:00Z")), at("2026-03-02T05:00:00Z"));
}

TEST(Planner, StartsADueAuditAndMissesNone) {
  Planner planner(kAtFive, true, at("2026-03-01T12:00:00Z"));
  EXPECT_FALSE(planner.look(at("2026-03-02T04:59:59Z"), Situation::idle).run);
  const auto verdict = planner.look(at("2026-03-02T05:00:00.010Z"), Situation::idle);
  EXPECT_TRUE(verdict.run);
  EXPECT_FALSE(verdict.late);
  EXPECT_EQ(verdict.due, at("2026-03-02T05:00:00Z"));
  EXPECT_EQ(verdict.missed.count, 0u);
  EXPECT_FALSE(planner.look(at("2026-03-02T05:00:01Z"), Situation::idle).run) << "each due time once";
}

TEST(Planner, AMinuteLateIsStillTheDueAuditAndLaterIsNot) {
  Planner punctual(kAtFive, true, at("2026-03-01T12:00:00Z"));
  EXPECT_EQ(punctual.look(at("2026-03-02T05:01:00Z"), Situation::starting).missed.count, 0u);
  Planner late(kAtFive, true, at("2026-03-01T12:00:00Z"));
  const auto verdict = late.look(at("2026-03-02T05:01:00.000001Z"), Situation::starting);
  EXPECT_EQ(verdict.missed.count, 1u);
  EXPECT_TRUE(verdict.run);
  EXPECT_TRUE(verdict.late);
}

TEST(Planner, RunsOneAuditForAllThatAServiceMissedWhileItWasOff) {
  Planner planner(kAtFive, true, at("2026-03-01T05:00:02Z"));
  const auto verdict = planner.look(at("2026-03-04T12:00:00Z"), Situation::starting);
  EXPECT_EQ(verdict.missed.count, 3u);
  EXPECT_THAT(verdict.missed.newest,
              ElementsAre(at("2026-03-02T05:00:00Z"), at("2026-03-03T05:00:00Z"), at("2026-03-04T05:00:00Z")));
  EXPECT_THAT(verdict.why, HasSubstr("not running"));
  EXPECT_TRUE(verdict.run);
  EXPECT_EQ(planner.look(at("2026-03-04T12:00:01Z"), Situation::idle).missed.count, 0u) << "told once";
}

TEST(Planner, TellsWhatWasMissedEvenWhenNothingIsMadeUpFor) {
  Planner planner(kAtFive, false, at("2026-03-01T05:00:02Z"));
  const auto verdict = planner.look(at("2026-03-02T12:00:00Z"), Situation::starting);
  EXPECT_EQ(verdict.missed.count, 1u);
  EXPECT_FALSE(verdict.run);
}

TEST(Planner, TheNewestDueTimeOfAGapIsKeptWhenItIsPunctual) {
  Planner planner(kAtFive, true, at("2026-03-01T12:00:00Z"));
  const auto verdict = planner.look(at("2026-03-04T05:00:30Z"), Situation::idle);
  EXPECT_TRUE(verdict.run);
  EXPECT_FALSE(verdict.late);
  EXPECT_EQ(verdict.missed.count, 2u);
  EXPECT_EQ(verdict.missed.last, at("2026-03-03T05:00:00Z"));
  EXPECT_THAT(verdict.why, HasSubstr("asleep"));
}

TEST(Planner, WhatFellDueDuringAnAuditIsMissedAndNotMadeUpFor) {
  Planner planner(kAtFive, true, at("2026-03-01T12:00:00Z"));
  const auto verdict = planner.look(at("2026-03-02T05:00:01Z"), Situation::busy);
  EXPECT_EQ(verdict.missed.count, 1u);
  EXPECT_FALSE(verdict.run) << "an audit was looking at that very time";
  EXPECT_THAT(verdict.why, HasSubstr("still running"));
}

TEST(Planner, CountsFromNowWhenTheClockIsSetBack) {
  Planner planner(kAtFive, true, at("2030-01-01T00:00:00Z"));
  const auto verdict = planner.look(at("2026-03-02T04:00:00Z"), Situation::idle);
  EXPECT_TRUE(verdict.clock_set_back);
  EXPECT_FALSE(verdict.run);
  EXPECT_EQ(planner.next(at("2026-03-02T04:00:00Z")), at("2026-03-02T05:00:00Z"));
  EXPECT_TRUE(planner.look(at("2026-03-02T05:00:00Z"), Situation::idle).run);
}

TEST(Planner, ANewScheduleHoldsFromItsChangeOn) {
  Planner planner(kAtFive, true, at("2026-03-01T12:00:00Z"));
  planner.look(at("2026-03-01T13:00:00Z"), Situation::idle);
  planner.change({.interval = 6h}, true);
  EXPECT_EQ(planner.next(at("2026-03-01T13:00:00Z")), at("2026-03-01T18:00:00Z"));
  EXPECT_TRUE(planner.look(at("2026-03-01T18:00:00Z"), Situation::idle).run);
}

TEST(Planner, WithoutAScheduleNothingIsDue) {
  Planner planner({}, true, at("2020-01-01T00:00:00Z"));
  EXPECT_FALSE(planner.look(at("2026-01-01T00:00:00Z"), Situation::starting).run);
  EXPECT_EQ(planner.next(at("2026-01-01T00:00:00Z")), std::nullopt);
}

}  // namespace
}  // namespace tally::service
