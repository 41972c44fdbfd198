// Three-valued answers: truth tables, bounds, never, errors, and the reasons that people read.
#include <gmock/gmock.h>

#include "tests/unit/policy/cel/table.h"

namespace tally::cel::test {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

const std::optional<bool> kUnknown;
constexpr auto kAUnknown = "unknown: a is not known: a was not read";
constexpr auto kBUnknown = "unknown: b is not known: b was not read";
constexpr auto kBothUnknown = "unknown: a is not known: a was not read | b is not known: b was not read";

/// a and b in all nine combinations of yes, no, unknown.
Table nine() {
  Table table;
  table.booleans("a", {true, true, true, false, false, false, kUnknown, kUnknown, kUnknown});
  table.booleans("b", {true, false, kUnknown, true, false, kUnknown, true, false, kUnknown});
  return table;
}

TEST(ThreeValued, AndIsFalseAsSoonAsOneSideIs) {
  EXPECT_THAT(nine().answers("a && b"),
              ElementsAre("yes", "no", kBUnknown, "no", "no", "no", kAUnknown, "no", kBothUnknown));
}

TEST(ThreeValued, OrIsTrueAsSoonAsOneSideIs) {
  EXPECT_THAT(nine().answers("a || b"),
              ElementsAre("yes", "yes", "yes", "yes", "no", kBUnknown, "yes", kAUnknown, kBothUnknown));
}

TEST(ThreeValued, NotKeepsTheUnknownWithItsReason) {
  EXPECT_THAT(nine().answers("!a"),
              ElementsAre("no", "no", "no", "yes", "yes", "yes", kAUnknown, kAUnknown, kAUnknown));
}

TEST(ThreeValued, ConditionalIsKnownWhenBothBranchesAgree) {
  EXPECT_THAT(nine().answers("a ? b : b"),
              ElementsAre("yes", "no", kBUnknown, "yes", "no", kBUnknown, "yes", "no", kBothUnknown));
  EXPECT_THAT(nine().answers("a ? b : !b"),
              ElementsAre("yes", "no", kBUnknown, "no", "yes", kBUnknown, kAUnknown, kAUnknown, kBothUnknown));
}

TEST(ThreeValued, ReasonsAreSortedWhateverTheOrderInTheRule) {
  EXPECT_EQ(nine().answers("b && a").at(8), kBothUnknown);
  EXPECT_EQ(nine().answers("b && a && b && a").at(8), kBothUnknown);
}

TEST(ThreeValued, ALaterDecisiveSideForgetsTheReasonsBeforeIt) {
  Table table = nine();
  table.booleans("c", {false, false, false, false, false, false, false, false, false});
  const TruthColumn column = table.program("a && b && c").evaluate(table.columns, table.rows);
  EXPECT_EQ(column.count(Truth::no), 9U);
  EXPECT_EQ(column.reason_set(8), 0U);
}

TEST(ThreeValued, RowsWithTheSameReasonsShareOneSet) {
  Table table = nine();
  const TruthColumn column = table.program("a && b").evaluate(table.columns, table.rows);
  EXPECT_NE(column.reason_set(2), 0U);
  EXPECT_NE(column.reason_set(2), column.reason_set(8));
  EXPECT_EQ(column.reason_set(0), 0U);
}

TEST(ThreeValued, AnUnknownIsNotInTheEmptyList) {
  Table table;
  table.texts("department", {std::nullopt, "Sales"});
  table.names.declare_constant("params.exempt", Value::texts({}));
  table.names.declare_constant("params.some", Value::texts({"Sales", "Legal"}));
  EXPECT_THAT(table.answers("department in params.exempt"), ElementsAre("no", "no"));
  EXPECT_THAT(table.answers("department in params.some"),
              ElementsAre("unknown: department is not known: department was not read", "yes"));
}

TEST(ThreeValued, AFactThroughALinkIsUnknownWithoutTheLink) {
  const std::vector<std::uint32_t> owner{1, Through::kNoRow, 0, 2};
  Table table;
  table.texts("person.department", {"Sales", "Legal", std::nullopt}, Through{owner, "the account has no owner"});
  EXPECT_THAT(table.answers("person.department == \"Sales\""),
              ElementsAre("no", "unknown: person.department is not known: the account has no owner", "yes",
                          "unknown: person.department is not known: person.department was not read"));
}

// Bounds: the limit is 2026-01-10, the account was last used some time in [1st, 15th].
Table january() {
  Table table;
  table.times("account.last_sign_in", {between(at("2026-01-01T00:00:00Z"), at("2026-01-15T00:00:00Z")),
                                       between(at("2026-01-01T00:00:00Z"), at("2026-01-10T00:00:00Z")),
                                       between(at("2026-01-10T00:00:00Z"), at("2026-01-15T00:00:00Z")),
                                       exactly(at("2026-01-10T00:00:00Z")), never(), unknown_moment()});
  table.shared("now", Value::moment(at("2026-01-20T00:00:00Z")));
  table.names.declare_constant("params.dormant_after", Value::span(10 * 24h));
  return table;
}

const std::string kIn = "unknown: account.last_sign_in ";
const std::string kAround =
    kIn + "lies between 2026-01-01T00:00:00Z and 2026-01-15T00:00:00Z; the rule's limit 2026-01-10T00:00:00Z is inside";
const std::string kBefore =
    kIn + "lies between 2026-01-01T00:00:00Z and 2026-01-10T00:00:00Z; the rule's limit 2026-01-10T00:00:00Z is inside";
const std::string kAfter =
    kIn + "lies between 2026-01-10T00:00:00Z and 2026-01-15T00:00:00Z; the rule's limit 2026-01-10T00:00:00Z is inside";
const std::string kNeverReason = kIn + "is never, and the rule does not say what never means";
const std::string kNotRead = kIn + "is not known: account.last_sign_in was not read";

TEST(Bounds, DecideBeforeWhenTheirLatestMomentIsBeforeTheLimit) {
  EXPECT_THAT(january().answers("account.last_sign_in < now - params.dormant_after"),
              ElementsAre(kAround, kBefore, "no", "no", kNeverReason, kNotRead));
  EXPECT_THAT(january().answers("account.last_sign_in <= now - params.dormant_after"),
              ElementsAre(kAround, "yes", kAfter, "yes", kNeverReason, kNotRead));
}

TEST(Bounds, DecideAfterWhenTheirEarliestMomentIsAfterTheLimit) {
  EXPECT_THAT(january().answers("account.last_sign_in > now - params.dormant_after"),
              ElementsAre(kAround, "no", kAfter, "no", kNeverReason, kNotRead));
  EXPECT_THAT(january().answers("account.last_sign_in >= now - params.dormant_after"),
              ElementsAre(kAround, kBefore, "yes", "yes", kNeverReason, kNotRead));
}

TEST(Bounds, EqualityNeedsExactMoments) {
  EXPECT_THAT(january().answers("account.last_sign_in == timestamp(\"2026-01-10T00:00:00Z\")"),
              ElementsAre(kAround, kBefore, kAfter, "yes", "no", kNotRead));
  EXPECT_THAT(january().answers("account.last_sign_in != timestamp(\"2026-02-10T00:00:00Z\")"),
              ElementsAre("yes", "yes", "yes", "yes", "yes", kNotRead));
}

TEST(Bounds, ALengthOfTimeFromBoundsHasBounds) {
  // From 1 January at the earliest and 15 January at the latest to 20 January: 5 to 19 days.
  EXPECT_EQ(january().answer("now - account.last_sign_in > params.dormant_after"),
            "unknown: now - account.last_sign_in lies between 5 d and 19 d; the rule's limit 10 d is inside");
  EXPECT_EQ(january().answer("now - account.last_sign_in > duration(\"4d\")"), "yes");
  EXPECT_EQ(january().answer("now - account.last_sign_in > duration(\"5d\")").substr(0, 7), "unknown");
  EXPECT_EQ(january().answer("now - account.last_sign_in >= duration(\"5d\")"), "yes");
  EXPECT_EQ(january().answer("now - account.last_sign_in > duration(\"19d\")"), "no");
}

TEST(Bounds, TheReasonNamesTheFactAndNotNow) {
  Table table = january();
  const TruthColumn column =
      table.program("now - account.last_sign_in > params.dormant_after").evaluate(table.columns, table.rows);
  const auto reasons = column.reasons(column.reason_set(0));
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].fact, "account.last_sign_in");
  EXPECT_EQ(reasons[0].kind, ReasonKind::imprecise);
}

TEST(Bounds, AnOpenEndDecidesWhatItCan) {
  Table table;
  table.times(
      "t", {between(base::kBeginningOfTime, at("2026-01-10T00:00:00Z")),
            between(at("2026-01-10T00:00:00Z"), base::kEndOfTime), between(base::kBeginningOfTime, base::kEndOfTime)});
  EXPECT_THAT(
      table.answers("t + duration(\"1d\") <= timestamp(\"2026-01-11T00:00:00Z\")"),
      ElementsAre(
          "yes",
          "unknown: t + duration(\"1d\") is not before 2026-01-11T00:00:00Z; the rule's limit 2026-01-11T00:00:00Z is "
          "inside",
          "unknown: t + duration(\"1d\") is at an unknown time; the rule's limit 2026-01-11T00:00:00Z is inside"));
  EXPECT_THAT(table.answers("t < timestamp(\"2026-01-10T00:00:00Z\")").at(1), "no");
}

TEST(Bounds, TwoImpreciseMomentsThatOverlapAreUndecided) {
  Table table;
  table.times("left", {between(at("2026-01-01T00:00:00Z"), at("2026-01-03T00:00:00Z"))});
  table.times("right", {between(at("2026-01-02T00:00:00Z"), at("2026-01-04T00:00:00Z"))});
  EXPECT_EQ(table.answer("left < right"),
            "unknown: left lies between 2026-01-01T00:00:00Z and 2026-01-03T00:00:00Z; right lies between "
            "2026-01-02T00:00:00Z and 2026-01-04T00:00:00Z, which overlaps");
  EXPECT_EQ(table.answer("left - duration(\"1d\") <= right"), "yes");
}

TEST(Never, IsAskedForByEquality) {
  EXPECT_THAT(january().answers("account.last_sign_in == never"), ElementsAre("no", "no", "no", "no", "yes", kNotRead));
  EXPECT_THAT(january().answers("never != account.last_sign_in"),
              ElementsAre("yes", "yes", "yes", "yes", "no", kNotRead));
  EXPECT_EQ(january().answer("never == never"), "yes");
}

TEST(Never, TheObviousDormancyRuleIsNotAnAllClearForAnAccountNeverUsed) {
  EXPECT_EQ(january().answers("account.last_sign_in < now - duration(\"1d\")").at(4), kNeverReason);
  EXPECT_EQ(january().answers("now - account.last_sign_in > duration(\"1d\")").at(4), kNeverReason);
  EXPECT_EQ(january().answers("!(account.last_sign_in >= now - duration(\"1d\"))").at(4), kNeverReason);
}

TEST(Never, TheRuleThatNamesNeverIsDecided) {
  EXPECT_EQ(january().answers("account.last_sign_in == never || account.last_sign_in < now - duration(\"1d\")").at(4),
            "yes");
  EXPECT_EQ(january().answers("account.last_sign_in != never && account.last_sign_in > now").at(4), "no");
  EXPECT_EQ(january().answers("account.last_sign_in == never ? true : account.last_sign_in < now").at(4), "yes");
}

TEST(Errors, MakeTheRowUnknownAndNotClear) {
  Table table;
  table.integers("n", {0, 1, 9223372036854775807});
  EXPECT_THAT(table.answers("10 / n == 10"),
              ElementsAre("unknown: the rule failed at 1:4, in 10 / n: divide by zero", "yes", "no"));
  EXPECT_THAT(table.answers("n + 1 > 0"),
              ElementsAre("yes", "yes",
                          "unknown: the rule failed at 1:3, in n + 1: overflow: the result does not fit its type"));
  EXPECT_THAT(
      table.answers("[7, 8][n] == 8").at(2),
      "unknown: the rule failed at 1:7, in [7, 8][n]: index out of bounds: the list has no element at that position");
}

TEST(Errors, AreAbsorbedByTheDecidingSideInEitherOrder) {
  Table table;
  table.booleans("yes", {true}).integers("zero", {0});
  EXPECT_EQ(table.answer("yes || 1 / zero == 1"), "yes");
  EXPECT_EQ(table.answer("1 / zero == 1 || yes"), "yes");
  EXPECT_EQ(table.answer("!yes && 1 / zero == 1"), "no");
  EXPECT_EQ(table.answer("1 / zero == 1 && !yes"), "no");
  EXPECT_EQ(table.answer("(1 / zero == 1 ? yes : yes)").substr(0, 7), "unknown");
  EXPECT_EQ(table.answer("1 / zero in []").substr(0, 7), "unknown");
}

TEST(Errors, TimesBeyondTheirRangeAreErrors) {
  Table table;
  table.times("t", {exactly(at("9999-12-31T23:59:59Z"))});
  EXPECT_EQ(table.answer("t + duration(\"1s\") > t"),
            "unknown: the rule failed at 1:3, in t + duration(\"1s\"): the result is out of the range of times");
  EXPECT_EQ(table.answer("t - timestamp(\"0001-01-01T00:00:00Z\") > duration(\"1s\")").substr(0, 7), "unknown");
}

TEST(Lists, ExistsAndAllAreThreeValuedOverElements) {
  Table table;
  table.integers("n", {0, 2, std::nullopt});
  table.int_lists("list", {{{1, 2}}, {{1, 2}}, {{1, 2}}});
  const std::string n = "unknown: n is not known: n was not read";
  EXPECT_THAT(table.answers("list.exists(x, x == n)"), ElementsAre("no", "yes", n));
  EXPECT_THAT(table.answers("list.all(x, x != n)"), ElementsAre("yes", "no", n));
  EXPECT_EQ(table.answers("list.exists(x, 1 == x / n)").at(0),
            "unknown: the rule failed at 1:23, in x / n: divide by zero");
  EXPECT_EQ(table.answers("list.exists(x, x == 2 || x / n == 7)").at(0), "yes");
}

TEST(Lists, AnUnknownListIsUnknownAndAnEmptyOneIsNot) {
  Table table;
  table.text_lists("groups", {std::nullopt, {{}}, {{"Staff", "Domain Admins"}}});
  const std::string unknown = "unknown: groups is not known: groups was not read";
  EXPECT_THAT(table.answers("groups.exists(g, g.endsWith(\"Admins\"))"), ElementsAre(unknown, "no", "yes"));
  EXPECT_THAT(table.answers("groups.all(g, g.endsWith(\"Admins\"))"), ElementsAre(unknown, "yes", "no"));
  EXPECT_THAT(table.answers("\"Staff\" in groups"), ElementsAre(unknown, "no", "yes"));
  EXPECT_THAT(table.answers("size(groups) == 2"), ElementsAre(unknown, "no", "yes"));
  EXPECT_THAT(table.answers("groups[1] == \"Domain Admins\"").at(2), "yes");
}

}  // namespace
}  // namespace tally::cel::test
