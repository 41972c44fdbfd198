// Interval: a timestamp or duration, known between two bounds. The arithmetic of both evaluators.
//
//   less(Interval{0, 5}, {5, 5})  == Decision::imprecise     // 5 < 5 is false, 0 < 5 is true
//   less(Interval{0, 4}, {5, 5})  == Decision::yes
//
// Columns hold Interval, microseconds in 64 bits; boxed values (value.h) hold FineInterval, nanoseconds in 128 bits,
// because CEL's literals and conversions have nanoseconds and 64 bits of them end after 292 years.
//
// Inner to this library. low > high is "never" (value.h: kNever). kOpenLow and kOpenHigh are open ends.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "policy/base/time.h"
#include "policy/cel/op.h"
#include "policy/cel/type.h"

namespace tally::cel {

__extension__ typedef __int128 Nanoseconds;
inline constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;

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

struct FineInterval {
  static constexpr Nanoseconds kOpenLow = Nanoseconds{Interval::kOpenLow} * kNanosecondsPerMicrosecond;
  static constexpr Nanoseconds kOpenHigh = Nanoseconds{Interval::kOpenHigh} * kNanosecondsPerMicrosecond;

  Nanoseconds low = 0;
  Nanoseconds high = 0;

  [[nodiscard]] constexpr bool never() const { return low > high; }
  [[nodiscard]] constexpr bool exact() const { return low == high; }
  friend constexpr bool operator==(const FineInterval&, const FineInterval&) = default;

  static constexpr FineInterval of(const Interval& coarse) {
    return {Nanoseconds{coarse.low} * kNanosecondsPerMicrosecond,
            Nanoseconds{coarse.high} * kNanosecondsPerMicrosecond};
  }
  static constexpr FineInterval exactly(Nanoseconds at) { return {at, at}; }
  /// The smallest interval of whole microseconds that holds it.
  [[nodiscard]] Interval outward() const;
  /// Nothing is lost by outward().
  [[nodiscard]] constexpr bool in_microseconds() const {
    return low % kNanosecondsPerMicrosecond == 0 && high % kNanosecondsPerMicrosecond == 0;
  }
};

enum class Decision : std::uint8_t { no, yes, imprecise, never };

constexpr Decision inverted(Decision decision) {
  if (decision == Decision::no) return Decision::yes;
  return decision == Decision::yes ? Decision::no : decision;
}

/// Every moment of `a` is before every moment of `b`, none is, or it depends.
template <class AnInterval>
constexpr Decision less(const AnInterval& a, const AnInterval& b) {
  if (a.never() || b.never()) return Decision::never;
  if (a.high < b.low) return Decision::yes;
  return a.low >= b.high ? Decision::no : Decision::imprecise;
}

/// Always decided when one side is never.
template <class AnInterval>
constexpr Decision equal(const AnInterval& a, const AnInterval& b) {
  if (a.never() || b.never()) return a.never() == b.never() ? Decision::yes : Decision::no;
  if (a.high < b.low || b.high < a.low) return Decision::no;
  return a.exact() && b.exact() ? Decision::yes : Decision::imprecise;
}

/// `a op b` for the six comparisons.
template <class AnInterval>
constexpr Decision compare(Op op, const AnInterval& a, const AnInterval& b) {
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
std::optional<FineInterval> combine(Op op, const FineInterval& a, const FineInterval& b, Kind result);

/// True within the years 1 to 9999 (timestamp), or what 64 bits of nanoseconds hold (duration).
bool in_range(Nanoseconds value, Kind kind);

/// "lies between … and …", "is not before …", "is not after …", "is at an unknown time" or "is …".
std::string describe(const Interval& interval, Kind kind);
/// One exact value: an RFC 3339 time, or a length of time.
std::string format_exact(std::int64_t microseconds, Kind kind);

}  // namespace tally::cel
