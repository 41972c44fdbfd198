// Schedule: when audits are due. Pure: every moment is passed in.
//
//   Schedule schedule{.times = {5h}, .zone = find_zone("Europe/Berlin")};       // daily at 05:00
//   Schedule often{.interval = 6h};                                             // 00:00, 06:00, 12:00, 18:00 UTC
//   std::optional<base::Instant> next = next_due(schedule, now);
//   DueTimes slept = due_times(schedule, last_seen, now);                       // what passed meanwhile
//
// A time of day that a day does not have (the clocks go forward over it) is due at the first moment after the gap; one
// that a day has twice is due the first time. An interval counts from 1970-01-01T00:00:00Z, not from the last run, so
// that everybody can say what is due. Not a timer: daemon/service waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/base/time.h"

namespace tally::pipeline {

struct Schedule {
  std::vector<std::chrono::minutes> times = {};  ///< since midnight, below 24 h, in any order; empty: none
  std::uint8_t weekdays = kEveryDay;             ///< bit 0: Monday … bit 6: Sunday; of the local day
  base::Zone zone = nullptr;                     ///< of `times`; nullptr: UTC
  std::chrono::milliseconds interval{0};         ///< instead of times; 0: none

  static constexpr std::uint8_t kEveryDay = 0x7F;
  [[nodiscard]] bool empty() const { return (times.empty() || weekdays == 0) && interval.count() == 0; }
};

/// The first due moment after `after`; nothing when the schedule is empty.
std::optional<base::Instant> next_due(const Schedule& schedule, base::Instant after);

/// Due moments of a span, counted; the newest ones by name.
struct DueTimes {
  std::uint64_t count = 0;
  base::Instant first, last;          ///< of all; meaningless when count is 0
  std::vector<base::Instant> newest;  ///< oldest first, at most kMaxListed

  static constexpr std::size_t kMaxListed = 50;
};

/// Those in (after, until]; no more than kMaxDue of them are counted (then `first` is the oldest that was).
DueTimes due_times(const Schedule& schedule, base::Instant after, base::Instant until);

/// A service that was off for years with an interval of seconds must not count for minutes.
inline constexpr std::uint64_t kMaxDue = 100'000;

/// "daily at 05:00, 17:30 (Europe/Berlin)", "mon, fri at 05:00 (UTC)", "every 6 h", "none".
std::string in_words(const Schedule& schedule);

}  // namespace tally::pipeline
