#include "daemon/pipeline/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

base::Instant at(std::string_view text) { return *base::parse_instant(text); }
base::Zone berlin() { return base::find_zone("Europe/Berlin"); }

TEST(Schedule, WithoutTimesAndIntervalIsNeverDue) {
  EXPECT_EQ(next_due({}, at("2026-01-01T00:00:00Z")), std::nullopt);
  EXPECT_EQ(due_times({}, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).count, 0u);
  EXPECT_EQ(in_words({}), "none");
  const Schedule no_day{.times = {5h}, .weekdays = 0};
  EXPECT_EQ(next_due(no_day, at("2026-01-01T00:00:00Z")), std::nullopt);
}

TEST(Schedule, IsDueAfterTheMomentAndNeverAtIt) {
  const Schedule daily{.times = {5h}};
  EXPECT_EQ(next_due(daily, at("2026-01-01T04:59:59.999999Z")), at("2026-01-01T05:00:00Z"));
  EXPECT_EQ(next_due(daily, at("2026-01-01T05:00:00Z")), at("2026-01-02T05:00:00Z"));
}

TEST(Schedule, TakesTheTimesOfADayInTheirOrderWhateverTheFileSays) {
  const Schedule twice{.times = {17h + 30min, 5h}};
  EXPECT_EQ(next_due(twice, at("2026-01-01T00:00:00Z")), at("2026-01-01T05:00:00Z"));
  EXPECT_EQ(next_due(twice, at("2026-01-01T05:00:00Z")), at("2026-01-01T17:30:00Z"));
  EXPECT_EQ(next_due(twice, at("2026-01-01T17:30:00Z")), at("2026-01-02T05:00:00Z"));
  EXPECT_EQ(in_words(twice), "daily at 05:00, 17:30 (UTC)");
}

TEST(Schedule, CountsTheDayOfTheZoneAndNotThatOfGreenwich) {
  // 2026-01-01 is a Thursday; 00:30 in Berlin on Friday is 23:30 UTC on Thursday.
  const Schedule fridays{.times = {30min}, .weekdays = 1U << 4U, .zone = berlin()};
  EXPECT_EQ(next_due(fridays, at("2026-01-01T00:00:00Z")), at("2026-01-01T23:30:00Z"));
  EXPECT_EQ(next_due(fridays, at("2026-01-01T23:30:00Z")), at("2026-01-08T23:30:00Z"));
  EXPECT_EQ(in_words(fridays), "fri at 00:30 (Europe/Berlin)");
}

TEST(Schedule, KeepsTheHourOnTheWallThroughTheYear) {
  const Schedule daily{.times = {5h}, .zone = berlin()};
  EXPECT_EQ(next_due(daily, at("2026-01-15T00:00:00Z")), at("2026-01-15T04:00:00Z")) << "UTC+1 in winter";
  EXPECT_EQ(next_due(daily, at("2026-07-15T00:00:00Z")), at("2026-07-15T03:00:00Z")) << "UTC+2 in summer";
}

TEST(Schedule, RunsAtTheEndOfAGapWhenTheClocksGoForward) {
  // Berlin, 2026-03-29: 01:59:59+01:00 is followed by 03:00:00+02:00, which is 01:00:00Z.
  const Schedule daily{.times = {2h + 30min}, .zone = berlin()};
  EXPECT_EQ(next_due(daily, at("2026-03-28T12:00:00Z")), at("2026-03-29T01:00:00Z"));
  EXPECT_EQ(next_due(daily, at("2026-03-29T01:00:00Z")), at("2026-03-30T00:30:00Z")) << "once that day";
}

TEST(Schedule, TwoTimesInOneGapAreOneRun) {
  const Schedule both{.times = {2h + 15min, 2h + 45min}, .zone = berlin()};
  const DueTimes due = due_times(both, at("2026-03-29T00:00:00Z"), at("2026-03-29T12:00:00Z"));
  EXPECT_THAT(due.newest, ElementsAre(at("2026-03-29T01:00:00Z")));
}

TEST(Schedule, RunsTheFirstTimeOnlyWhenAnHourIsRepeated) {
  // Berlin, 2026-10-25: 02:30 comes at 00:30Z (+02:00) and again at 01:30Z (+01:00).
  const Schedule daily{.times = {2h + 30min}, .zone = berlin()};
  EXPECT_EQ(next_due(daily, at("2026-10-25T00:00:00Z")), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(next_due(daily, at("2026-10-25T00:30:00Z")), at("2026-10-26T01:30:00Z"));
}

TEST(Schedule, SkipsNoDayThatAZoneLeftOut) {
  // Samoa had no 2011-12-30: the clocks went from 23:59:59 on the 29th (UTC-10) to 00:00 on the 31st (UTC+14).
  const Schedule daily{.times = {12h}, .zone = base::find_zone("Pacific/Apia")};
  const DueTimes due = due_times(daily, at("2011-12-29T20:00:00Z"), at("2011-12-31T00:00:00Z"));
  EXPECT_THAT(due.newest,
              ElementsAre(at("2011-12-29T22:00:00Z"), at("2011-12-30T10:00:00Z"), at("2011-12-30T22:00:00Z")))
      << "noon of the 29th, the end of the gap for the 30th, noon of the 31st";
}

TEST(Schedule, CountsAnIntervalFromTheEpoch) {
  const Schedule often{.interval = 6h};
  EXPECT_EQ(next_due(often, at("2026-01-01T00:00:00Z")), at("2026-01-01T06:00:00Z"));
  EXPECT_EQ(next_due(often, at("2026-01-01T06:00:00.000001Z")), at("2026-01-01T12:00:00Z"));
  EXPECT_EQ(next_due(often, at("1969-12-31T23:00:00Z")), at("1970-01-01T00:00:00Z"));
  EXPECT_EQ(in_words(often), "every 6 h");
}

TEST(DueTimes, AreThoseAfterTheOneAndUpToTheOther) {
  const Schedule daily{.times = {5h}};
  const DueTimes due = due_times(daily, at("2026-01-01T05:00:00Z"), at("2026-01-04T05:00:00Z"));
  EXPECT_EQ(due.count, 3u);
  EXPECT_EQ(due.first, at("2026-01-02T05:00:00Z"));
  EXPECT_EQ(due.last, at("2026-01-04T05:00:00Z"));
  EXPECT_EQ(due_times(daily, at("2026-01-04T05:00:00Z"), at("2026-01-01T05:00:00Z")).count, 0u)
      << "nothing is due in a span that ends before it begins";
}

TEST(DueTimes, ListTheNewestAndCountTheRest) {
  const Schedule often{.interval = 1s};
  const DueTimes due = due_times(often, at("2026-01-01T00:00:00Z"), at("2026-01-01T00:02:00Z"));
  EXPECT_EQ(due.count, 120u);
  EXPECT_EQ(due.newest.size(), DueTimes::kMaxListed);
  EXPECT_EQ(due.newest.front(), at("2026-01-01T00:01:11Z"));
  EXPECT_EQ(due.newest.back(), at("2026-01-01T00:02:00Z"));
}

TEST(DueTimes, OfManyYearsAreCountedOnlySoFar) {
  const Schedule often{.interval = 1s};
  const DueTimes due = due_times(often, at("1970-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(due.count, kMaxDue);
  EXPECT_EQ(due.last, at("2026-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace tally::pipeline
