// Interval: a timestamp or duration in microseconds, known between two bounds. The arithmetic of the evaluator.
//
//   less({0, 5}, {5, 5})  == Decision::imprecise     // 5 < 5 is false, 0 < 5 is true
//   less({0, 4}, {5, 5})  == Decision::yes
//
// Inner to this library. low > high is "never" (value.h: kNever). The smallest and largest numbers are open ends.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "policy/base/time.h"
#include "policy/cel/op.h"
#include "policy/cel/type.h"

namespace tally::cel {

struct Interval {
  static constexpr std::int64_t kOpenLow = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kOpenHigh = std::numeric_limits<std::int64_t>::max();

  std::int64_t low = 0;
  std::int64_t high = 0;

  [[nodiscard]] constexpr bool never() const { return low > high; }
  [[nodiscard]] constexpr bool exact() const { return low == high; }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;

  static constexpr Interval of(const base::Bounds& bounds) {
    return {bounds.earliest.time_since_epoch().count(), bounds.latest.time_since_epoch().count()};
  }
  static constexpr Interval of(base::Duration span) { return {span.count(), span.count()}; }
};

enum class Decision : std::uint8_t { no, yes, imprecise, never };

constexpr Decision inverted(Decision decision) {
  if (decision == Decision::no) return Decision::yes;
  return decision == Decision::yes ? Decision::no : decision;
}

/// Every moment of `a` is before every moment of `b`, none is, or it depends.
constexpr Decision less(const Interval& a, const Interval& b) {
  if (a.never() || b.never()) return Decision::never;
  if (a.high < b.low) return Decision::yes;
  return a.low >= b.high ? Decision::no : Decision::imprecise;
}

/// Always decided when one side is never.
constexpr Decision equal(const Interval& a, const Interval& b) {
  if (a.never() || b.never()) return a.never() == b.never() ? Decision::yes : Decision::no;
  if (a.high < b.low || b.high < a.low) return Decision::no;
  return a.exact() && b.exact() ? Decision::yes : Decision::imprecise;
}

/// `a op b` for the six comparisons.
constexpr Decision compare(Op op, const Interval& a, const Interval& b) {
  switch (op) {
    case Op::less: return less(a, b);
    case Op::greater: return less(b, a);
    case Op::less_equal: return inverted(less(b, a));
    case Op::greater_equal: return inverted(less(a, b));
    case Op::not_equal: return inverted(equal(a, b));
    default: return equal(a, b);
  }
}

/// `a op b` for + and -, of type `result`; neither side is never. Open ends stay open. Nothing when a bound leaves the
/// range of timestamps or durations (limits.h).
std::optional<Interval> combine(Op op, const Interval& a, const Interval& b, Kind result);

/// "lies between … and …", "is not before …", "is not after …", "is at an unknown time" or "is …".
std::string describe(const Interval& interval, Kind kind);
/// One exact value: an RFC 3339 time, or a length of time.
std::string format_exact(std::int64_t microseconds, Kind kind);

}  // namespace tally::cel
