#include "policy/cel/interval.h"

#include <fmt/format.h>

#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

bool fits(std::int64_t value, Kind kind) {
  if (kind == Kind::timestamp) return value >= kEarliestTimestampMicroseconds && value <= kLatestTimestampMicroseconds;
  return value >= -kMaximumDurationMicroseconds && value <= kMaximumDurationMicroseconds;
}
bool fits(Nanoseconds value, Kind kind) { return in_range(value, kind); }

/// One bound of the result; `end` is what an open end becomes.
template <class AnInterval, class Tick>
std::optional<Tick> bound(bool sum, Tick a, Tick b, Tick end, Kind kind) {
  const auto open = [](Tick at) { return at == AnInterval::kOpenLow || at == AnInterval::kOpenHigh; };
  if (open(a) || open(b)) return end;
  Tick result = 0;
  const bool overflow = sum ? __builtin_add_overflow(a, b, &result) : __builtin_sub_overflow(a, b, &result);
  if (overflow || !fits(result, kind)) return std::nullopt;
  return result;
}

template <class AnInterval>
std::optional<AnInterval> combined(Op op, const AnInterval& a, const AnInterval& b, Kind result) {
  const bool sum = op == Op::add;
  const auto low = bound<AnInterval>(sum, a.low, sum ? b.low : b.high, AnInterval::kOpenLow, result);
  const auto high = bound<AnInterval>(sum, a.high, sum ? b.high : b.low, AnInterval::kOpenHigh, result);
  if (!low || !high) return std::nullopt;
  return AnInterval{*low, *high};
}

}  // namespace

bool in_range(Nanoseconds value, Kind kind) {
  if (kind == Kind::duration) return value >= kSmallestDurationNanoseconds && value <= kLargestDurationNanoseconds;
  constexpr Nanoseconds kEarliest = Nanoseconds{kEarliestTimestampMicroseconds} * kNanosecondsPerMicrosecond;
  constexpr Nanoseconds kEnd = (Nanoseconds{kLatestTimestampMicroseconds} + 1) * kNanosecondsPerMicrosecond;
  return value >= kEarliest && value < kEnd;
}

std::optional<Interval> combine(Op op, const Interval& a, const Interval& b, Kind result) {
  return combined(op, a, b, result);
}
std::optional<FineInterval> combine(Op op, const FineInterval& a, const FineInterval& b, Kind result) {
  return combined(op, a, b, result);
}

Interval FineInterval::outward() const {
  if (never()) return Interval::of(base::Bounds{base::kEndOfTime, base::kBeginningOfTime});
  const Nanoseconds down = low / kNanosecondsPerMicrosecond - (low % kNanosecondsPerMicrosecond < 0 ? 1 : 0);
  const Nanoseconds up = high / kNanosecondsPerMicrosecond + (high % kNanosecondsPerMicrosecond > 0 ? 1 : 0);
  return {static_cast<std::int64_t>(down), static_cast<std::int64_t>(up)};
}

std::string format_exact(std::int64_t microseconds, Kind kind) {
  const base::Duration span{microseconds};
  return kind == Kind::timestamp ? base::format_instant(base::Instant{span}) : base::format_duration(span);
}

std::string describe(const Interval& interval, Kind kind) {
  const bool open_low = interval.low == Interval::kOpenLow, open_high = interval.high == Interval::kOpenHigh;
  const bool moment = kind == Kind::timestamp;
  if (interval.never()) return "is never";
  if (open_low && open_high) return moment ? "is at an unknown time" : "is of unknown length";
  if (open_low) return (moment ? "is not after " : "is not longer than ") + format_exact(interval.high, kind);
  if (open_high) return (moment ? "is not before " : "is not shorter than ") + format_exact(interval.low, kind);
  if (interval.exact()) return "is " + format_exact(interval.low, kind);
  return fmt::format("lies between {} and {}", format_exact(interval.low, kind), format_exact(interval.high, kind));
}

}  // namespace tally::cel
