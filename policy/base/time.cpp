#include "policy/base/time.h"

#include <fmt/format.h>

#include <cstdlib>

namespace tally::base {
namespace {

using namespace std::chrono_literals;

/// Reads exactly `count` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<LocalDate> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const date::year_month_day ymd{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                 date::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  return LocalDate{ymd};
}

/// hh:mm:ss with an optional fraction; second 60 (a leap second) reads as the following second.
std::optional<Duration> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  Duration fraction{0};
  if (take(text, '.')) {
    Duration unit = 100ms;
    bool any = false;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
      fraction += unit * (text.front() - '0');
      unit /= 10;
      any = true;
    }
    if (!any) return std::nullopt;
  }
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} + fraction;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes{0};
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return east ? offset : -offset;
}

/// Two digits of a number below 100. Reports are full of times: this is many times as fast as fmt.
template <class Number>
void put_two(std::string& out, Number value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<LocalDate> parse_date(std::string_view text) {
  const auto day = take_date(text);
  return text.empty() ? day : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto day = take_date(text);
  if (!day || text.empty() || (text.front() != 'T' && text.front() != 't' && text.front() != ' ')) return std::nullopt;
  text.remove_prefix(1);
  const auto time = take_time_of_day(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Instant utc = Instant{day->time_since_epoch()} + *time - *offset;
  // An offset may lead out of the years that have four digits, and then it could not be written as it is read.
  const auto year = date::year_month_day{date::floor<date::days>(utc)}.year();
  if (year < date::year{0} || year > date::year{9999}) return std::nullopt;
  return utc;
}

std::string format_date(LocalDate day) {
  const date::year_month_day ymd{day};
  const int year = static_cast<int>(ymd.year());
  std::string out;
  if (year < 0 || year > 9999) {
    out = fmt::format("{:04}", year);
  } else {
    put_two(out, year / 100);
    put_two(out, year % 100);
  }
  put_two(out += '-', static_cast<unsigned>(ymd.month()));
  put_two(out += '-', static_cast<unsigned>(ymd.day()));
  return out;
}

std::string format_instant(Instant t) {
  if (t == kBeginningOfTime) return "-infinity";
  if (t == kEndOfTime) return "infinity";
  const auto day = date::floor<date::days>(t);
  const Duration rest = t - day;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rest);
  std::string out = format_date(LocalDate{day.time_since_epoch()});
  out.reserve(sizeof "2026-03-31T22:00:00.123456Z");
  put_two(out += 'T', seconds.count() / 3600);
  put_two(out += ':', seconds.count() / 60 % 60);
  put_two(out += ':', seconds.count() % 60);
  const Duration fraction = rest - seconds;
  if (fraction.count() != 0) {
    std::string digits = fmt::format("{:06}", fraction.count());
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
  return out += 'Z';
}

std::string format_bounds(const Bounds& bounds) {
  if (bounds.exact()) return format_instant(bounds.earliest);
  if (bounds.earliest == kBeginningOfTime && bounds.latest == kEndOfTime) return "at an unknown time";
  if (bounds.earliest == kBeginningOfTime) return fmt::format("not after {}", format_instant(bounds.latest));
  if (bounds.latest == kEndOfTime) return fmt::format("not before {}", format_instant(bounds.earliest));
  return fmt::format("between {} and {}", format_instant(bounds.earliest), format_instant(bounds.latest));
}

std::optional<Bounds> parse_bounds(std::string_view text) {
  constexpr std::string_view kAfter = "not after ", kBefore = "not before ", kBetween = "between ", kAnd = " and ";
  if (text == "at an unknown time") return Bounds{};
  const auto instant = [&](std::string_view part) { return parse_instant(part); };
  if (text.starts_with(kAfter)) {
    const auto latest = instant(text.substr(kAfter.size()));
    return latest ? std::optional(Bounds{kBeginningOfTime, *latest}) : std::nullopt;
  }
  if (text.starts_with(kBefore)) {
    const auto earliest = instant(text.substr(kBefore.size()));
    return earliest ? std::optional(Bounds{*earliest, kEndOfTime}) : std::nullopt;
  }
  if (text.starts_with(kBetween)) {
    text.remove_prefix(kBetween.size());
    const std::size_t middle = text.find(kAnd);
    if (middle == std::string_view::npos) return std::nullopt;
    const auto earliest = instant(text.substr(0, middle)), latest = instant(text.substr(middle + kAnd.size()));
    if (!earliest || !latest || *earliest > *latest) return std::nullopt;
    return Bounds{*earliest, *latest};
  }
  const auto exact = instant(text);
  return exact ? std::optional(Bounds::exactly(*exact)) : std::nullopt;
}

std::string format_duration(Duration span) {
  const long long seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  const char* sign = seconds < 0 ? "-" : "";
  const long long total = std::llabs(seconds);
  const long long d = total / 86400, h = total / 3600 % 24, m = total / 60 % 60, s = total % 60;
  if (d > 0) return h > 0 ? fmt::format("{}{} d {} h", sign, d, h) : fmt::format("{}{} d", sign, d);
  if (h > 0) return m > 0 ? fmt::format("{}{} h {} min", sign, h, m) : fmt::format("{}{} h", sign, h);
  if (m > 0) return s > 0 ? fmt::format("{}{} min {} s", sign, m, s) : fmt::format("{}{} min", sign, m);
  return fmt::format("{}{} s", sign, s);
}

Instant add(Instant t, Duration span) {
  if (t == kBeginningOfTime || t == kEndOfTime) return t;
  if (span > Duration{0} && t > kEndOfTime - span) return kEndOfTime;
  if (span < Duration{0} && t < kBeginningOfTime - span) return kBeginningOfTime;
  return t + span;
}

Bounds add(const Bounds& bounds, Duration span) { return {add(bounds.earliest, span), add(bounds.latest, span)}; }

}  // namespace tally::base
