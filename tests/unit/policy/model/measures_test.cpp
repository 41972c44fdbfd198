// Time to revoke, and the score.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/model/revocation.h"
#include "policy/model/score.h"

namespace tally::model {
namespace {

using base::Bounds;
using base::Duration;
using base::Instant;
using std::chrono::days;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant day(int n) { return Instant(date::sys_days{date::year{2026} / 3 / 1}) + days(n); }

/// Somebody who left on day 0, as one run sees them; the directories tell nothing of when.
Leaver leaver(Truth access, Truth groups = Truth::no) {
  Leaver seen;
  seen.key = "person/hr/7";
  seen.employee_id = "7";
  seen.name = "Dana Weiss";
  seen.left = Bounds::exactly(day(0));
  seen.access = access;
  seen.groups = groups;
  seen.accounts = 1;
  return seen;
}

/// A run of every day, whose directories are as new as itself.
Moment on(int n) { return {day(n), day(n), day(n - 1)}; }

/// The first run that knows is that of day `n`; the one of the day before did not.
Revocation first_seen(int n, const Leaver& seen) { return began(seen, {day(n - 1), day(n)}, on(n)); }

TEST(Revocation, SplitsTheTimeBetweenHrAndIt) {
  // HR's feed of day 2 does not say so, that of day 3 does; works on day 5, not on day 6.
  Revocation r = first_seen(3, leaver(Truth::yes));
  for (const int n : {4, 5}) r = continued(r, leaver(Truth::yes), on(n));
  r = continued(r, leaver(Truth::no), on(6));
  EXPECT_EQ(r.hr_delay(), (Span{days(2), days(3)}));
  EXPECT_EQ(r.it_delay(), (Span{days(2), days(4)}));  // from 3 at the latest until 5; from 2 until 6
  EXPECT_EQ(r.access.gone, (Bounds{day(5), day(6)}));
  EXPECT_TRUE(r.kept_access());
}

TEST(Revocation, IsHrsDelayOnlyUntilHrEnteredIt) {
  Leaver seen = leaver(Truth::yes);
  seen.entered = Bounds{day(1), day(2)};
  seen.last_working_day = Bounds::exactly(day(-9));
  const Revocation r = first_seen(3, seen);
  EXPECT_EQ(r.last_working_day, Bounds::exactly(day(-9)));
  EXPECT_EQ(r.hr_delay(), (Span{days(1), days(2)}));
  EXPECT_EQ(r.feed_delay(), (Span{Duration{0}, days(2)}));  // from 2 at the latest until 2; from 1 until 3
  EXPECT_EQ(first_seen(3, leaver(Truth::yes)).feed_delay(), std::nullopt);
}

TEST(Revocation, OfSomebodyWhomHrReportedInTimeIsAllItsPart) {
  Leaver seen = leaver(Truth::yes);
  seen.entered = Bounds::exactly(day(-20));
  const Revocation r = continued(first_seen(1, seen), leaver(Truth::no), on(2));
  EXPECT_EQ(r.hr_delay(), (Span{}));
  EXPECT_EQ(r.it_delay(), (Span{Duration{0}, days(2)}));
}

TEST(Revocation, SaysWhoToldOfTheEndOnlyWhereThatIsTheEnd) {
  Leaver gone = leaver(Truth::no);
  gone.access_ended = Bounds::exactly(day(2));
  gone.access_told = "by deletion";
  Revocation r = first_seen(3, gone);
  EXPECT_EQ(r.access.gone, Bounds::exactly(day(2)));
  EXPECT_EQ(r.access_told, "by deletion");
  r = continued(r, leaver(Truth::no), on(4));
  EXPECT_EQ(r.access_told, "by deletion") << "what was told once stays, when the object is forgotten";
  r = continued(r, leaver(Truth::yes), on(5));
  EXPECT_EQ(r.access_told, "") << "access came back";
  Leaver too_early = gone;  // it was seen to work on day 4
  r = continued(r, too_early, on(6));
  EXPECT_EQ(r.access.gone, (Bounds{day(5), day(6)}));
  EXPECT_EQ(r.access_told, "");
}

TEST(Revocation, ThatIsNotOverLastsUntilTheNewestRun) {
  const Revocation r = continued(first_seen(1, leaver(Truth::yes)), leaver(Truth::yes), on(9));
  EXPECT_FALSE(r.access.gone);
  EXPECT_FALSE(r.over());
  EXPECT_EQ(r.it_delay(), (Span{days(8), days(9)}));
  EXPECT_EQ(r.outlived(), (Span{days(9), days(9)})) << "so far";
}

TEST(Revocation, OfWhoWasOutWhenFirstLookedForIsBetweenThenAndTheBeginning) {
  const Revocation r = first_seen(1, leaver(Truth::no));
  EXPECT_EQ(r.access.gone, (Bounds{base::kBeginningOfTime, day(1)}));
  EXPECT_FALSE(r.kept_access());
  EXPECT_EQ(r.it_delay(), (Span{Duration{0}, days(1)}));
}

TEST(Revocation, BelievesTheDirectoryBetweenTwoRuns) {
  Leaver seen = leaver(Truth::no);
  seen.access_ended.latest = day(3) + hours(4);
  EXPECT_EQ(continued(first_seen(3, leaver(Truth::yes)), seen, on(4)).access.gone, (Bounds{day(3), day(3) + hours(4)}));
  seen.access_ended.latest = day(-1);  // it was seen to work on day 3
  EXPECT_EQ(continued(first_seen(3, leaver(Truth::yes)), seen, on(4)).access.gone, (Bounds{day(3), day(4)}));
}

TEST(Revocation, BelievesTheDirectoryWhenItWasThereLast) {
  Leaver seen = leaver(Truth::no);
  seen.access_ended = {day(2), day(3)};
  EXPECT_EQ(first_seen(5, seen).access.gone, (Bounds{day(2), day(3)}));
  EXPECT_EQ(first_seen(5, seen).access.last_seen, day(2));
  EXPECT_EQ(first_seen(5, seen).outlived(), (Span{days(2), days(3)})) << "known, though whose delay it was is not";
  seen.access_ended = {day(6), day(7)};  // by a clock that runs ahead
  EXPECT_EQ(first_seen(5, seen).access.gone, (Bounds{base::kBeginningOfTime, day(5)}));
  seen.groups = Truth::no;
  seen.groups_ended = {day(1), day(4)};
  EXPECT_EQ(first_seen(5, seen).groups.gone, (Bounds{day(1), day(4)}));
}

TEST(Revocation, IsNoOlderThanWhatTheDirectoriesSaid) {
  // The run of day 6 read an export of day 2, that of day 7 one of day 7.
  const Revocation r = began(leaver(Truth::yes), {day(0), day(6)}, {day(6), day(2), std::nullopt});
  EXPECT_EQ(r.access.last_seen, day(2));
  EXPECT_EQ(r.it_delay(), (Span{Duration{0}, days(6)})) << "nobody saw it work after day 2";
  EXPECT_EQ(continued(r, leaver(Truth::no), {day(7), day(7), day(2)}).access.gone, (Bounds{day(2), day(7)}));
}

TEST(Revocation, DoesNotSayThatAccessOutlivedTheEndByAnOlderExport) {
  Leaver seen = leaver(Truth::yes);
  seen.left = Bounds::exactly(day(3));
  const Revocation r = began(seen, {day(2), day(4)}, {day(4), day(2), std::nullopt});
  EXPECT_FALSE(r.kept_access());
  EXPECT_EQ(r.it_delay().least, Duration{0});
  seen.access = Truth::no;
  EXPECT_FALSE(continued(r, seen, {day(5), day(5), day(2)}).kept_access());
  EXPECT_TRUE(continued(r, seen, {day(6), day(6), day(5)}).kept_access());
}

TEST(Revocation, KeepsTheFirstDayThatHrSaysItWasEntered) {
  Leaver seen = leaver(Truth::yes);
  seen.entered = Bounds{day(1), day(9)};
  Revocation r = first_seen(3, seen);
  EXPECT_EQ(r.entered, (Bounds{day(1), day(3)})) << "the run of day 3 read it";
  seen.entered = Bounds::exactly(day(8));
  EXPECT_EQ(continued(r, seen, on(9)).entered, r.entered);
}

TEST(Revocation, TakesACorrectedDayAsItIs) {
  // Without a zone two days that follow each other overlap.
  Leaver seen = leaver(Truth::yes);
  seen.left = {day(0) - hours(14), day(0) + hours(12)};
  const Revocation r = first_seen(3, seen);
  seen.left = {day(1) - hours(14), day(1) + hours(12)};
  EXPECT_EQ(continued(r, seen, on(4)).left, seen.left);
}

TEST(Revocation, KeepsItsBoundsInOrderWhenTheClockWasSetBack) {
  const Revocation r = continued(first_seen(5, leaver(Truth::yes)), leaver(Truth::no), {day(4), day(4), day(5)});
  EXPECT_EQ(r.access.gone, (Bounds{base::kBeginningOfTime, day(4)}));
}

TEST(Revocation, IsNotOverBecauseNobodyCouldLook) {
  Revocation r = continued(first_seen(1, leaver(Truth::yes)), leaver(Truth::yes), on(2));
  r = continued(r, leaver(Truth::unknown), on(3));
  EXPECT_FALSE(r.over());
  EXPECT_EQ(r.it_delay(), (Span{days(1), Span::kUnbounded}));
  r = continued(continued(r, leaver(Truth::unknown), on(4)), leaver(Truth::no), on(5));
  EXPECT_EQ(r.access.gone, (Bounds{day(2), day(5)})) << "some time since it was last seen";
}

TEST(Revocation, StaysOverUntilAccessIsSeenAgain) {
  const Revocation gone = continued(first_seen(1, leaver(Truth::yes)), leaver(Truth::no), on(2));
  const Revocation unseen = continued(gone, leaver(Truth::unknown), on(3));
  EXPECT_EQ(unseen.access, gone.access);
  const Revocation again = continued(unseen, leaver(Truth::yes), on(4));
  EXPECT_FALSE(again.over());
  EXPECT_EQ(continued(again, leaver(Truth::no), on(5)).access.gone, (Bounds{day(4), day(5)}));
}

TEST(Revocation, ThatHadToBeDoneAgainLastsFromTheReturnOn) {
  Revocation r = continued(first_seen(1, leaver(Truth::yes)), leaver(Truth::no), on(2));
  r = continued(continued(r, leaver(Truth::yes), on(60)), leaver(Truth::no), on(61));
  EXPECT_EQ(r.access.back, (Bounds{day(2), day(60)}));
  EXPECT_EQ(r.it_delay(), (Span{Duration{0}, days(59)})) << "not the days before it came back";
}

TEST(Revocation, RemembersEveryAccountThatWorked) {
  Leaver one = leaver(Truth::yes), two = leaver(Truth::yes);
  one.worked = {"b"};
  two.worked = {"a", "b"};
  EXPECT_THAT(continued(continued(first_seen(1, one), two, on(2)), one, on(3)).worked, ElementsAre("a", "b"));
}

TEST(Revocation, KnowsWhenTheGroupsWereGone) {
  Revocation r = first_seen(1, leaver(Truth::no, Truth::yes));
  EXPECT_FALSE(r.groups.gone);
  r = continued(r, leaver(Truth::no, Truth::no), on(5));
  EXPECT_EQ(r.groups.gone, (Bounds{day(4), day(5)}));
  EXPECT_EQ(r.access.gone, (Bounds{base::kBeginningOfTime, day(1)}));
}

TEST(Revocation, HasNoBoundWhereNobodyLookedBefore) {
  Leaver seen = leaver(Truth::yes);
  seen.left = {base::kBeginningOfTime, day(1)};
  const Revocation r = began(seen, {base::kBeginningOfTime, day(1)}, {day(1), day(1), std::nullopt});
  EXPECT_EQ(r.hr_delay(), (Span{Duration{0}, Span::kUnbounded}));
}

TEST(Revocation, KeepsTheNarrowestOfWhatHrSaidOfTheEnd) {
  // Without a last day HR says only that it was before the feed was read, every day anew.
  Leaver seen = leaver(Truth::yes);
  seen.left = {base::kBeginningOfTime, day(1)};
  Revocation r = first_seen(1, seen);
  seen.left.latest = day(2);
  r = continued(r, seen, on(2));
  EXPECT_EQ(r.left, (Bounds{base::kBeginningOfTime, day(1)}));
  r = continued(r, leaver(Truth::yes), on(3));
  EXPECT_EQ(r.left, Bounds::exactly(day(0)));
}

TEST(Revocation, IsListedByUrgency) {
  const auto named = [](Revocation r, const char* id) {
    r.employee_id = id;
    return r;
  };
  const Revocation open = first_seen(1, leaver(Truth::yes)), longer = continued(open, leaver(Truth::yes), on(8));
  std::vector<Revocation> all = {named(first_seen(1, leaver(Truth::no)), "out"), named(open, "open"),
                                 named(first_seen(1, leaver(Truth::unknown)), "unknown"), named(longer, "longer"),
                                 named(continued(longer, leaver(Truth::no), on(9)), "late")};
  sort_by_urgency(all);
  std::vector<std::string> order;
  for (const Revocation& r : all) order.push_back(r.employee_id);
  EXPECT_THAT(order, ElementsAre("longer", "open", "unknown", "late", "out"));
}

RuleTally tally(Severity severity, std::uint64_t asked, std::uint64_t clear) {
  RuleTally t;
  t.severity = severity;
  t.asked = asked;
  t.clear = clear;
  return t;
}

TEST(Score, WeighsEveryQuestionByItsSeverity) {
  // 10 x 90 + 1 x 100 of 10 x 100 + 1 x 100
  const Score score = score_of(std::vector{tally(Severity::critical, 100, 90), tally(Severity::low, 100, 100)});
  EXPECT_EQ(score.points, 1000u);
  EXPECT_EQ(score.of, 1100u);
  EXPECT_DOUBLE_EQ(score.percent(), 90.90);
}

TEST(Score, IsFullOnlyWhenEverythingIsClear) {
  EXPECT_DOUBLE_EQ(score_of(std::vector{tally(Severity::low, 1'000'000, 999'999)}).percent(), 99.99);
  EXPECT_DOUBLE_EQ(score_of(std::vector{tally(Severity::low, 3, 3)}).percent(), 100);
  EXPECT_DOUBLE_EQ(score_of({}).percent(), 0);
  EXPECT_THAT(score_of(std::vector{tally(Severity::low, 0, 0)}).rows, IsEmpty());
}

}  // namespace
}  // namespace tally::model
