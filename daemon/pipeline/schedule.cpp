#include "daemon/pipeline/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/base/assert.h"

namespace tally::pipeline {
namespace {

using base::Instant;
using std::chrono::microseconds;

constexpr std::array kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
/// The sought moment is at most a week away, a gap apart; a day more for the zone.
constexpr int kDaysToLookAt = 9;

Instant moment_of(date::local_days day, std::chrono::minutes time, base::Zone zone) {
  const auto local = day + time;
  if (zone == nullptr) return Instant{local.time_since_epoch()};
  // In a gap to_sys() gives its end whatever is chosen; of a repeated hour the first is chosen.
  return std::chrono::time_point_cast<base::Duration>(zone->to_sys(local, date::choose::earliest));
}

date::local_days day_of(Instant moment, base::Zone zone) {
  if (zone == nullptr) return date::local_days{date::floor<date::days>(moment).time_since_epoch()};
  return date::floor<date::days>(zone->to_local(moment));
}

bool asked_for(const Schedule& schedule, date::local_days day) {
  const unsigned from_monday = date::weekday{day}.iso_encoding() - 1;
  return ((schedule.weekdays >> from_monday) & 1U) != 0;
}

std::optional<Instant> next_time_of_day(const Schedule& schedule, Instant after) {
  const date::local_days today = day_of(after, schedule.zone);
  std::optional<Instant> earliest;
  for (int i = -1; i < kDaysToLookAt; ++i) {
    const date::local_days day = today + date::days{i};
    if (!asked_for(schedule, day)) continue;
    for (const std::chrono::minutes time : schedule.times) {
      const Instant moment = moment_of(day, time, schedule.zone);
      if (moment > after && (!earliest || moment < *earliest)) earliest = moment;
    }
    if (earliest) return earliest;
  }
  TALLY_ASSERT(false && "a week without any of its days");
  return std::nullopt;
}

Instant next_of_interval(std::chrono::milliseconds interval, Instant after) {
  const microseconds step = interval;
  const microseconds since = after.time_since_epoch();
  microseconds past = since % step;
  if (past.count() < 0) past += step;
  return after - past + step;
}

/// Everything but the last kMaxDue intervals of a span is passed over.
Instant not_too_long_ago(const Schedule& schedule, Instant after, Instant until) {
  if (schedule.interval.count() == 0) return after;
  const microseconds counted = microseconds(schedule.interval) * static_cast<std::int64_t>(kMaxDue);
  return std::max(after, until - counted);
}

std::string clock_time(std::chrono::minutes time) {
  return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60);
}

}  // namespace

std::optional<Instant> next_due(const Schedule& schedule, Instant after) {
  if (schedule.empty()) return std::nullopt;
  if (schedule.interval.count() > 0) return next_of_interval(schedule.interval, after);
  return next_time_of_day(schedule, after);
}

DueTimes due_times(const Schedule& schedule, Instant after, Instant until) {
  DueTimes due;
  auto moment = next_due(schedule, not_too_long_ago(schedule, after, until));
  for (; moment && *moment <= until && due.count < kMaxDue; moment = next_due(schedule, *moment)) {
    if (due.count == 0) due.first = *moment;
    due.last = *moment;
    ++due.count;
    if (due.newest.size() == DueTimes::kMaxListed) due.newest.erase(due.newest.begin());
    due.newest.push_back(*moment);
  }
  return due;
}

std::string in_words(const Schedule& schedule) {
  if (schedule.empty()) return "none";
  if (schedule.interval.count() > 0) return "every " + base::format_duration(schedule.interval);
  std::string days;
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (((schedule.weekdays >> i) & 1U) != 0) days += (days.empty() ? "" : ", ") + std::string(kWeekdays[i]);
  }
  std::vector<std::chrono::minutes> sorted = schedule.times;
  std::sort(sorted.begin(), sorted.end());
  std::string times;
  for (const auto time : sorted) times += (times.empty() ? "" : ", ") + clock_time(time);
  return fmt::format("{} at {} ({})", schedule.weekdays == Schedule::kEveryDay ? "daily" : days, times,
                     schedule.zone == nullptr ? "UTC" : schedule.zone->name());
}

}  // namespace tally::pipeline
