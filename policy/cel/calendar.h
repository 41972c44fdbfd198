// Calendar: what times and lengths of time are in words and fields (cel-spec, langdef.md, "Timestamp", "Duration"). The
// texts of timestamps are RFC 3339 (years 0001 to 9999, to the nanosecond), those of durations Go's.
//
//   parse_moment("2009-02-13T23:31:30.5Z")       // nanoseconds since 1970
//   field(Function::get_hours, moment, zone)     // as somebody there reads the clock
//
// Inner to this library but for parse_duration(). The tz database is the one thing read; it counts as a constant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "policy/base/time.h"
#include "policy/cel/functions.h"
#include "policy/cel/interval.h"

namespace tally::cel {

/// The length of time that `text` names, in CEL's syntax (cel-spec, "duration"; Go's time.ParseDuration): a sign and
/// decimal numbers each with a unit, "1h30m", "-1.5s", "250ms"; units h, m, s, ms, us, µs, ns. "d" for days of 24 hours
/// is our extension, since grace periods are written in days. On failure a sentence that says what is wrong.
/// Finer than a microsecond, or beyond 290 years (the range CEL promises), is refused.
tl::expected<base::Duration, std::string> parse_duration(std::string_view text);
/// The same to the nanosecond; finer is cut off.
tl::expected<std::int64_t, std::string> parse_nanoseconds(std::string_view text);
/// Seconds with as many digits as it takes: "90s", "-0.5s".
std::string format_nanoseconds(std::int64_t span);

/// Nanoseconds since 1970 of an RFC 3339 text.
tl::expected<Nanoseconds, std::string> parse_moment(std::string_view text);
/// RFC 3339 in UTC with as many digits as it takes.
std::string format_moment(Nanoseconds moment);

/// How far the clocks of a zone are ahead of UTC at a moment.
class Clock {
 public:
  /// "UTC", a name of the tz database ("Europe/Berlin"), or a fixed offset ("+02:00", "-09:30", "02:00").
  static std::optional<Clock> parse(std::string_view zone);
  [[nodiscard]] std::int64_t seconds_ahead(Nanoseconds moment) const;

 private:
  base::Zone zone_ = nullptr;
  std::int64_t fixed_ = 0;
};

/// One field of a moment (get_date to get_seconds), as the zone's clocks show it. Months, days of the month, the week
/// and the year count from 0; get_date from 1.
std::int64_t field_of_moment(Function field, Nanoseconds moment, std::int64_t seconds_ahead);
/// The unit that a field counts in at that moment: two moments in one unit have the same field.
Nanoseconds unit_of_moment(Function field, Nanoseconds moment, std::int64_t seconds_ahead);
/// One field of a length of time: all of its hours, minutes or seconds; of milliseconds those within the second.
std::int64_t field_of_span(Function field, std::int64_t span);

}  // namespace tally::cel
