// The judge's functions: conversions, texts, calendar; nothing means an error.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <regex>

#include "policy/cel/limits.h"
#include "tests/unit/policy/cel/reference_values.h"

namespace tally::cel::test {

inline constexpr Nanoseconds kOpenLow = Nanoseconds{INT64_MIN} * 1000, kOpenHigh = Nanoseconds{INT64_MAX} * 1000;
inline constexpr Nanoseconds kFirst = Nanoseconds{kEarliestTimestampMicroseconds} * 1000;
inline constexpr Nanoseconds kLast = Nanoseconds{kLatestTimestampMicroseconds} * 1000 + 999;

/// int(), uint(), double() of a text or number; nothing for an error.
template <class Int>
std::optional<Cell> to_whole(const Cell& given, long double least, long double end) {
  long double number = 0;
  if (const auto* text = given.get<std::string>()) {
    const std::size_t sign = !text->empty() && ((*text)[0] == '-' || (*text)[0] == '+') ? 1 : 0;
    if (text->size() == sign || text->find_first_not_of("0123456789", sign) != std::string::npos) return std::nullopt;
    if (std::is_unsigned_v<Int> && (*text)[0] == '-') return std::nullopt;
    number = std::strtold(text->c_str(), nullptr);
    if (text->size() > 30) return std::nullopt;
  } else if (const auto* real = given.get<double>()) {
    if (!(*real > least) && !(std::is_unsigned_v<Int> && *real >= 0)) return std::nullopt;
    number = std::trunc(static_cast<long double>(*real));
  } else if (const auto* whole = given.get<std::int64_t>()) {
    number = static_cast<long double>(*whole);
  } else if (const auto* natural = given.get<std::uint64_t>()) {
    number = static_cast<long double>(*natural);
  } else {
    return std::nullopt;
  }
  if (number < least || number >= end) return std::nullopt;
  return Cell{static_cast<Int>(number)};
}

inline std::optional<Cell> to_real(const Cell& given) {
  if (given.get<double>() != nullptr) return given;
  if (const auto* whole = given.get<std::int64_t>()) return Cell{static_cast<double>(*whole)};
  if (const auto* whole = given.get<std::uint64_t>()) return Cell{static_cast<double>(*whole)};
  const auto* text = given.get<std::string>();
  if (text == nullptr || text->empty() || text->find_first_not_of("+-.0123456789eE") != std::string::npos)
    return std::nullopt;
  if ((*text)[0] == '+' && text->size() > 1 && ((*text)[1] == '-' || (*text)[1] == '+')) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text->c_str(), &end);
  return *end != 0 || errno == ERANGE ? std::nullopt : std::optional(Cell{number});
}

inline std::optional<Cell> to_truth(const Cell& given) {
  if (given.get<bool>() != nullptr) return given;
  const auto* text = given.get<std::string>();
  if (text == nullptr) return std::nullopt;
  static const std::set<std::string> kYes{"1", "t", "T", "true", "TRUE", "True"};
  static const std::set<std::string> kNo{"0", "f", "F", "false", "FALSE", "False"};
  if (kYes.count(*text) != 0) return Cell{true};
  return kNo.count(*text) != 0 ? std::optional(Cell{false}) : std::nullopt;
}

/// One field of an exact moment, so many seconds ahead of UTC.
inline std::int64_t field(const std::string& name, Nanoseconds moment, std::int64_t ahead) {
  using namespace std::chrono;
  const Nanoseconds local = moment + Nanoseconds{ahead} * 1'000'000'000;
  Nanoseconds whole = local / 1'000'000'000;
  if (local % 1'000'000'000 < 0) whole -= 1;
  const auto nanos = static_cast<std::int64_t>(local - whole * 1'000'000'000);
  const sys_seconds at{seconds{static_cast<std::int64_t>(whole)}};
  const sys_days day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{at - day};
  if (name == "getFullYear") return static_cast<int>(date.year());
  if (name == "getMonth") return static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  if (name == "getDate") return static_cast<int>(static_cast<unsigned>(date.day()));
  if (name == "getDayOfMonth") return static_cast<int>(static_cast<unsigned>(date.day())) - 1;
  if (name == "getDayOfWeek") return static_cast<int>(weekday{day}.c_encoding());
  if (name == "getDayOfYear") return (day - sys_days{date.year() / January / 1}).count();
  if (name == "getHours") return clock.hours().count();
  if (name == "getMinutes") return clock.minutes().count();
  if (name == "getSeconds") return clock.seconds().count();
  return nanos / 1'000'000;
}

/// Both moments lie in one and the same year, month, day, hour …, down to what `name` asks for.
inline bool same_unit(const std::string& name, Nanoseconds low, Nanoseconds high, std::int64_t ahead) {
  static const std::vector<std::string> kUnits{"getFullYear", "getMonth",   "getDate",        "getHours",
                                               "getMinutes",  "getSeconds", "getMilliseconds"};
  const auto place = std::find(kUnits.begin(), kUnits.end(), name);
  const auto end = place == kUnits.end() ? kUnits.begin() + 3 : place + 1;  // a day of the week, month or year is a day
  return std::all_of(kUnits.begin(), end,
                     [&](const std::string& unit) { return field(unit, low, ahead) == field(unit, high, ahead); });
}

inline std::optional<Cell> text(const std::string& name, const Cell& a, const Cell& b) {
  const auto *text = a.get<std::string>(), *part = b.get<std::string>();
  if (text == nullptr || part == nullptr) return std::nullopt;
  if (name == "matches") return Cell{std::regex_search(*text, std::regex(*part))};
  if (name == "contains") return Cell{text->find(*part) != std::string::npos};
  if (name == "startsWith") return Cell{text->rfind(*part, 0) == 0};
  return Cell{text->size() >= part->size() && text->compare(text->size() - part->size(), part->size(), *part) == 0};
}
inline std::optional<Cell> size(const Cell& given) {
  if (const auto* list = given.get<std::vector<Cell>>()) return Cell{static_cast<std::int64_t>(list->size())};
  if (const auto* map = given.get<Entries>()) return Cell{static_cast<std::int64_t>(map->keys.size())};
  if (const auto* octets = given.get<Octets>()) return Cell{static_cast<std::int64_t>(octets->bytes.size())};
  const auto* text = given.get<std::string>();
  if (text == nullptr) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : *text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return Cell{count};
}
inline std::optional<Cell> to_time(bool moment, const Cell& given) {
  if (given.get<Span>() != nullptr && given.timestamp == moment) return given;
  if (const auto* at = given.get<std::int64_t>(); at != nullptr && moment) {
    const Nanoseconds exact = Nanoseconds{*at} * 1'000'000'000;
    return exact < kFirst || exact > kLast ? std::nullopt : std::optional(Cell{Span{exact, exact}, {}, true});
  }
  const auto* text = given.get<std::string>();
  if (text == nullptr) return std::nullopt;
  if (moment) {
    const auto at = parse_moment(*text);
    return at ? std::optional(Cell{Span{*at, *at}, {}, true}) : std::nullopt;
  }
  const auto span = parse_nanoseconds(*text);
  return span ? std::optional(Cell{Span{*span, *span}}) : std::nullopt;
}
inline std::optional<std::int64_t> offset(const std::string& zone) {
  if (zone == "UTC") return 0;
  static const std::regex kFixed("([+-]?)([0-9]{2}):([0-9]{2})");
  std::smatch parts;
  if (!std::regex_match(zone, parts, kFixed)) return std::nullopt;
  const int hours = std::stoi(parts[2]), minutes = std::stoi(parts[3]);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (parts[1] == "-" ? -60 : 60) * (hours * 60 + minutes);
}

}  // namespace tally::cel::test
