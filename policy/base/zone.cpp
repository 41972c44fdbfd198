// Time zones: apart from time.cpp, so that a program without them needs no time-zone table (tallystick-verify).
#include <stdexcept>
#include <string>

#include "policy/base/time.h"

namespace tally::base {
namespace {

// The widest offsets in use anywhere: UTC+14 (Line Islands) and UTC-12 (Baker Island).
constexpr std::chrono::hours kEastmost{14};
constexpr std::chrono::hours kWestmost{-12};

Instant midnight(LocalDate day, Zone zone) {
  return Instant{zone->to_sys(day, date::choose::earliest).time_since_epoch()};
}

}  // namespace

Zone find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

Bounds start_of_day(LocalDate day, Zone zone) {
  if (zone != nullptr) return Bounds::exactly(midnight(day, zone));
  const Instant utc{day.time_since_epoch()};
  return {utc - kEastmost, utc - kWestmost};
}

Bounds end_of_day(LocalDate day, Zone zone) { return start_of_day(day + date::days{1}, zone); }

}  // namespace tally::base
