#include "policy/cel/interval.h"

#include <fmt/format.h>

#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

bool in_range(std::int64_t value, Kind kind) {
  if (kind == Kind::timestamp) return value >= kEarliestTimestampMicroseconds && value <= kLatestTimestampMicroseconds;
  return value >= -kMaximumDurationMicroseconds && value <= kMaximumDurationMicroseconds;
}

bool open(std::int64_t bound) { return bound == Interval::kOpenLow || bound == Interval::kOpenHigh; }

/// One bound of the result; `end` is what an open end becomes.
std::optional<std::int64_t> bound(bool sum, std::int64_t a, std::int64_t b, std::int64_t end, Kind kind) {
  if (open(a) || open(b)) return end;
  std::int64_t result = 0;
  const bool overflow = sum ? __builtin_add_overflow(a, b, &result) : __builtin_sub_overflow(a, b, &result);
  if (overflow || !in_range(result, kind)) return std::nullopt;
  return result;
}

}  // namespace

std::optional<Interval> combine(Op op, const Interval& a, const Interval& b, Kind result) {
  const bool sum = op == Op::add;
  const auto low = bound(sum, a.low, sum ? b.low : b.high, Interval::kOpenLow, result);
  const auto high = bound(sum, a.high, sum ? b.high : b.low, Interval::kOpenHigh, result);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
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
