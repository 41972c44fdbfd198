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
using ::testing::IsEmpty;
using ::testing::SizeIs;

Instant day(int n) { return Instant(date::sys_days{date::year{2026} / 3 / 1}) + days(n); }

/// A leaver's account that worked when it was seen; the person left on day 0.
LeaverFinding works(int before_first, int first, int last, std::optional<int> resolved, const char* person = "7") {
  LeaverFinding f;
  f.finding.rule = "LVR-001";
  f.finding.subject.person = person;
  f.finding.evidence = {{"account.usable", "true", "", "", {}},
                        {"person.left_at", base::format_instant(day(0)), "", "", {}}};
  f.before_first = day(before_first);
  f.first_seen = day(first);
  f.last_seen = day(last);
  if (resolved) f.resolved = day(*resolved);
  return f;
}

LeaverFinding keeps_groups(int first, int last, std::optional<int> resolved) {
  LeaverFinding f = works(first - 1, first, last, resolved);
  f.finding.rule = "LVR-003";
  f.finding.evidence[0].value = "false";
  f.finding.evidence.push_back({"account.has_groups", "true", "", "", {}});
  return f;
}

TEST(Revocation, SplitsTheTimeBetweenHrAndIt) {
  // Left on day 0; HR's feed of day 2 does not say so, that of day 3 does; works on day 5, not on day 6.
  const auto all = revocations(std::vector{works(2, 3, 5, 6)}, day(10));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].hr_delay(), (Span{days(2), days(3)}));
  EXPECT_EQ(all[0].it_delay(), (Span{days(2), days(4)}));  // from 3 at the latest until 5; from 2 until 6
  EXPECT_EQ(all[0].access_gone, (Bounds{day(5), day(6)}));
}

TEST(Revocation, IsHrsDelayOnlyUntilHrEnteredIt) {
  // Left on day 0, entered on day 1; HR's feed of day 2 does not say so, that of day 3 does; works on day 5, not on 6.
  auto f = works(2, 3, 5, 6);
  f.finding.evidence.push_back({"person.leaving_entered", base::format_bounds({day(1), day(2)}), "", "", {}});
  f.finding.evidence.push_back({"person.last_working_day", base::format_instant(day(-9)), "", "", {}});
  const auto all = revocations(std::vector{f}, day(10));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].last_working_day, Bounds::exactly(day(-9)));
  EXPECT_EQ(all[0].hr_delay(), (Span{days(1), days(2)}));
  EXPECT_EQ(all[0].feed_delay(), (Span{Duration{0}, days(2)}));  // from 2 at the latest until 2; from 1 until 3
  EXPECT_EQ(all[0].it_delay(), (Span{days(2), days(4)}));
}

TEST(Revocation, KnowsNoFeedDelayWhereHrDoesNotTellWhenItEnteredIt) {
  auto f = works(2, 3, 5, 6);
  f.finding.evidence.push_back({"person.leaving_entered", "unknown", "no column is mapped to leaving_entered", "", {}});
  EXPECT_EQ(revocations(std::vector{f}, day(10)).at(0).feed_delay(), std::nullopt);
}

TEST(Revocation, OfSomebodyWhomHrReportedInTimeIsAllItsPart) {
  // The run of day -1 knew the last day already; the first finding is of day 1.
  auto f = works(-1, 1, 1, 2);
  const auto all = revocations(std::vector{f}, day(10));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].hr_delay(), (Span{Duration{0}, days(1)}));
  EXPECT_EQ(all[0].it_delay(), (Span{Duration{0}, days(2)}));
}

TEST(Revocation, ThatIsNotOverLastsUntilTheNewestRun) {
  const auto all = revocations(std::vector{works(0, 1, 9, {})}, day(9));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_FALSE(all[0].access_gone);
  EXPECT_EQ(all[0].it_delay(), (Span{days(8), days(9)}));
}

TEST(Revocation, WaitsForTheLastOfSeveralAccounts) {
  const auto all = revocations(std::vector{works(0, 1, 1, 2), works(0, 1, 7, 8)}, day(9));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].accounts, 2u);
  EXPECT_EQ(all[0].access_gone, (Bounds{day(7), day(8)}));
  const auto open = revocations(std::vector{works(0, 1, 1, 2), works(0, 1, 9, {})}, day(9));
  EXPECT_FALSE(open[0].access_gone);
}

TEST(Revocation, KnowsWhenTheGroupsWereGone) {
  const auto all = revocations(std::vector{works(0, 1, 1, 2), keeps_groups(2, 4, 5)}, day(9));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].entitlements_gone, (Bounds{day(4), day(5)}));
  EXPECT_EQ(all[0].access_gone, (Bounds{day(1), day(2)}));
}

TEST(Revocation, HasNoBoundWhereNobodyLookedBefore) {
  auto f = works(0, 1, 1, 2);
  f.before_first = base::kBeginningOfTime;  // the first run of all
  f.finding.evidence[1].value = "not after " + base::format_instant(day(1));
  const auto all = revocations(std::vector{f}, day(9));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].hr_delay(), (Span{Duration{0}, Span::kUnbounded}));
}

TEST(Revocation, NeedsAFindingAboutAccess) {
  EXPECT_THAT(revocations(std::vector{keeps_groups(2, 4, 5)}, day(9)), IsEmpty());
  auto unknown = works(0, 1, 1, 2);
  unknown.finding.evidence[1].value = "unknown";
  EXPECT_THAT(revocations(std::vector{unknown}, day(9)), IsEmpty());
}

TEST(Revocation, ListsTheLongestFirst) {
  const auto all = revocations(std::vector{works(0, 1, 2, 3, "a"), works(0, 1, 7, 8, "b")}, day(9));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].employee_id, "b");
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
