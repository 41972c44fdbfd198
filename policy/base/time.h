// Time as the audit needs it: instants, local dates with or without a zone, and moments known only
// between two bounds.
//
//   LocalDate last_day = *parse_date("2026-03-31");
//   Bounds ended = end_of_day(last_day, find_zone("Europe/Berlin"));   // exact
//   Bounds vague = end_of_day(last_day, nullptr);                      // 26 hours wide: UTC+14 to UTC-12
//
// There is no now() here: the clock belongs to the daemon.
#pragma once

#include <date/date.h>
#include <date/tz.h>

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tally::base {

using Duration = std::chrono::microseconds;
/// A moment in UTC with microsecond resolution (years -290,000 to +290,000).
using Instant = date::sys_time<Duration>;
/// A calendar day somewhere, without saying where.
using LocalDate = date::local_days;
/// A time zone of the tz database; the pointer lives as long as the process. nullptr: the zone is not known.
using Zone = const date::time_zone*;

/// Smallest and largest representable moments, used for "no bound on this side".
inline constexpr Instant kBeginningOfTime = Instant::min();
inline constexpr Instant kEndOfTime = Instant::max();

/// A moment that lies somewhere in [earliest, latest], both included.
struct Bounds {
  Instant earliest = kBeginningOfTime;
  Instant latest = kEndOfTime;

  static constexpr Bounds exactly(Instant t) { return {t, t}; }
  [[nodiscard]] constexpr bool exact() const { return earliest == latest; }
  friend constexpr auto operator<=>(const Bounds&, const Bounds&) = default;
};

/// The zone of that name ("Europe/Berlin", "UTC"), or nullptr when the tz database has none.
Zone find_zone(std::string_view name);

/// First instant of that day. Without a zone: between its start at UTC+14 and at UTC-12.
Bounds start_of_day(LocalDate day, Zone zone);
/// First instant after that day. Without a zone: between its end at UTC+14 and at UTC-12.
Bounds end_of_day(LocalDate day, Zone zone);

/// ISO 8601 calendar date "YYYY-MM-DD", a real day of the proleptic Gregorian calendar; nothing else is accepted.
std::optional<LocalDate> parse_date(std::string_view text);
/// RFC 3339 date-time with "Z" or a numeric offset, in the years 0000 to 9999 of UTC; fractions beyond microseconds are
/// cut off.
std::optional<Instant> parse_instant(std::string_view text);

/// "YYYY-MM-DD".
std::string format_date(LocalDate day);
/// RFC 3339 in UTC, "2026-03-31T22:00:00Z"; fractions only when not zero. "-infinity"/"infinity" for the open ends.
std::string format_instant(Instant t);
/// "2026-03-31T22:00:00Z", "between A and B", "not before A", "not after B" or "at an unknown time".
std::string format_bounds(const Bounds& bounds);
/// The bounds that format_bounds wrote.
std::optional<Bounds> parse_bounds(std::string_view text);
/// In the two largest units that matter: "45 d", "3 d 4 h", "12 min 5 s", "0 s".
std::string format_duration(Duration span);

/// Sums that stop at the ends of time instead of overflowing; the open ends stay open.
Instant add(Instant t, Duration span);
Bounds add(const Bounds& bounds, Duration span);

}  // namespace tally::base
