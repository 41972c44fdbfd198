#include "policy/cel/calendar.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <chrono>

#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first: "ms" must not read as "m".
constexpr std::array<Unit, 9> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},
                                      {"\u03bcs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", kSecond},
                                      {"m", 60 * kSecond},
                                      {"h", 3600 * kSecond},
                                      {"d", 86400 * kSecond}}};

using Wide = Nanoseconds;  // exact: 292 years in billionths of a nanosecond
constexpr Wide kBillion = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A decimal number at the front of `text`, in units of 10^-9 (exact), or nothing.
std::optional<Wide> take_billionths(std::string_view& text) {
  constexpr Wide kTooMuch = Wide{1} << 90;
  Wide value = 0;
  bool any = false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), any = true) {
    value = value * 10 + (text.front() - '0');
    if (value > kTooMuch) return std::nullopt;
  }
  value *= kBillion;
  if (text.empty() || text.front() != '.') return any ? std::optional(value) : std::nullopt;
  text.remove_prefix(1);
  for (Wide unit = kBillion / 10; !text.empty() && is_digit(text.front()); text.remove_prefix(1), any = true) {
    if (unit == 0 && text.front() != '0') return std::nullopt;
    value += unit * (text.front() - '0');
    unit /= 10;
  }
  return any ? std::optional(value) : std::nullopt;
}

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

/// The length that `text` names, without a sign, in billionths of a nanosecond.
tl::expected<Wide, std::string> read_span(std::string_view text, const std::string& quoted) {
  constexpr Wide kLimit = kLargestDurationNanoseconds;
  Wide total = 0;
  while (!text.empty()) {
    const auto amount = take_billionths(text);
    if (!amount)
      return tl::unexpected(quoted + " is not a duration: a number was expected before \"" + std::string(text) + "\"");
    const Unit* unit = take_unit(text);
    if (unit == nullptr)
      return tl::unexpected(quoted + " is not a duration: after a number comes d, h, m, s, ms, us or ns");
    if (*amount / kBillion <= kLimit / unit->nanoseconds) total += *amount * unit->nanoseconds;
    if (*amount / kBillion > kLimit / unit->nanoseconds || total / kBillion > kLimit)
      return tl::unexpected(quoted + " is out of range: longer than 292 years");
  }
  return total;
}

/// As read_span() with a sign before it.
tl::expected<Wide, std::string> read_signed_span(std::string_view text) {
  const std::string quoted = fmt::format("\"{}\"", text);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return Wide{0};
  if (text.empty())
    return tl::unexpected(quoted + " is not a duration: write numbers with units, such as 45d or 1h30m");
  return read_span(text, quoted).map([&](Wide total) { return negative ? -total : total; });
}

/// ".5" for 500,000,000: a fraction of a second without zeros at its end; nothing for 0.
std::string fraction(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  std::string digits = fmt::format(".{:09}", nanoseconds);
  return digits.substr(0, digits.find_last_not_of('0') + 1);
}

Nanoseconds floor_to(Nanoseconds value, Nanoseconds unit) {
  const Nanoseconds rest = value % unit;
  return value - rest - (rest < 0 ? unit : 0);
}

/// The number that the two digits at `at` make, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// The day that a local moment lies in, and the nanoseconds since it began.
std::pair<date::sys_days, std::int64_t> split(Nanoseconds local) {
  constexpr Nanoseconds kDay = Nanoseconds{86400} * kSecond;
  const Nanoseconds start = floor_to(local, kDay);
  return {date::sys_days{date::days{static_cast<int>(start / kDay)}}, static_cast<std::int64_t>(local - start)};
}

}  // namespace

tl::expected<base::Duration, std::string> parse_duration(std::string_view text) {
  const auto total = read_signed_span(text);
  if (!total) return tl::unexpected(total.error());
  if (*total % (kBillion * 1000) != 0)
    return tl::unexpected(fmt::format("\"{}\" is finer than a microsecond, which is not supported", text));
  const auto microseconds = static_cast<std::int64_t>(*total / (kBillion * 1000));
  return base::Duration{microseconds};
}

tl::expected<std::int64_t, std::string> parse_nanoseconds(std::string_view text) {
  return read_signed_span(text).map([](Wide total) { return static_cast<std::int64_t>(total / kBillion); });
}

std::string format_nanoseconds(std::int64_t span) {
  const std::int64_t seconds = span / kSecond, rest = span % kSecond;
  return fmt::format("{}{}{}s", span < 0 ? "-" : "", seconds < 0 ? -seconds : seconds,
                     fraction(rest < 0 ? -rest : rest));
}

tl::expected<Nanoseconds, std::string> parse_moment(std::string_view text) {
  // base::parse_instant() knows the form to the microsecond; the digits beyond are read here.
  const auto coarse = base::parse_instant(text);
  if (!coarse) {
    const bool five =
        text.size() > 5 && text[5] == '-' && text.substr(0, 5).find_first_not_of("0123456789") == text.npos;
    return tl::unexpected(
        fmt::format("\"{}\" is {}", text,
                    five ? "out of range: years 0001 to 9999" : "not an RFC 3339 time such as 2026-03-31T22:00:00Z"));
  }
  Nanoseconds moment = Nanoseconds{coarse->time_since_epoch().count()} * kNanosecondsPerMicrosecond;
  const std::size_t dot = text.find('.');
  for (std::size_t i = 7, unit = 100; dot != text.npos && i < 10; ++i, unit /= 10) {
    if (dot + i >= text.size() || !is_digit(text[dot + i])) break;
    moment += static_cast<Nanoseconds>(unit) * (text[dot + i] - '0');
  }
  if (!in_range(moment, Kind::timestamp)) {
    return tl::unexpected(fmt::format("\"{}\" is out of range: years 0001 to 9999", text));
  }
  return moment;
}

std::string format_moment(Nanoseconds moment) {
  const auto [day, rest] = split(moment);
  const date::year_month_day ymd{day};
  const std::int64_t second = rest / kSecond;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), second / 3600,
                     second / 60 % 60, second % 60, fraction(rest % kSecond));
}

std::optional<Clock> Clock::parse(std::string_view zone) {
  Clock clock;
  std::string_view digits = zone;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && (negative || digits.front() == '+')) digits.remove_prefix(1);
  if (digits.size() == 5 && digits[2] == ':') {
    const int hours = two_digits(digits, 0), minutes = two_digits(digits, 3);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    clock.fixed_ = (negative ? -60 : 60) * (hours * 60 + minutes);
    return clock;
  }
  clock.zone_ = base::find_zone(zone);
  return clock.zone_ == nullptr ? std::nullopt : std::optional(clock);
}

std::int64_t Clock::seconds_ahead(Nanoseconds moment) const {
  if (zone_ == nullptr) return fixed_;
  const auto seconds = static_cast<std::int64_t>(floor_to(moment, kSecond) / kSecond);
  return zone_->get_info(date::sys_seconds{std::chrono::seconds{seconds}}).offset.count();
}

std::int64_t field_of_moment(Function field, Nanoseconds moment, std::int64_t seconds_ahead) {
  const auto [day, rest] = split(moment + Nanoseconds{seconds_ahead} * kSecond);
  const date::year_month_day ymd{day};
  switch (field) {
    case Function::get_full_year: return static_cast<int>(ymd.year());
    case Function::get_month: return static_cast<unsigned>(ymd.month()) - 1;
    case Function::get_date: return static_cast<unsigned>(ymd.day());
    case Function::get_day_of_month: return static_cast<unsigned>(ymd.day()) - 1;
    case Function::get_day_of_week: return date::weekday{day}.c_encoding();
    case Function::get_day_of_year: return (day - date::sys_days{ymd.year() / date::January / 1}).count();
    case Function::get_hours: return rest / (3600 * kSecond);
    case Function::get_minutes: return rest / (60 * kSecond) % 60;
    case Function::get_seconds: return rest / kSecond % 60;
    default: return rest / 1'000'000 % 1000;
  }
}

Nanoseconds unit_of_moment(Function field, Nanoseconds moment, std::int64_t seconds_ahead) {
  const Nanoseconds local = moment + Nanoseconds{seconds_ahead} * kSecond;
  const auto months = [&] {
    const date::year_month_day ymd{split(local).first};
    return static_cast<int>(ymd.year()) * 12 + static_cast<int>(static_cast<unsigned>(ymd.month()));
  };
  switch (field) {
    case Function::get_full_year: return static_cast<int>(date::year_month_day{split(local).first}.year());
    case Function::get_month: return months();
    case Function::get_hours: return floor_to(local, Nanoseconds{3600} * kSecond);
    case Function::get_minutes: return floor_to(local, Nanoseconds{60} * kSecond);
    case Function::get_seconds: return floor_to(local, kSecond);
    case Function::get_milliseconds: return floor_to(local, 1'000'000);
    default: return split(local).first.time_since_epoch().count();
  }
}

std::int64_t field_of_span(Function field, std::int64_t span) {
  switch (field) {
    case Function::get_hours: return span / (3600 * kSecond);
    case Function::get_minutes: return span / (60 * kSecond);
    case Function::get_seconds: return span / kSecond;
    default: return span / 1'000'000 % 1000;
  }
}

}  // namespace tally::cel
