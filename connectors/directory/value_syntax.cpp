#include "connectors/directory/value_syntax.h"

#include <array>
#include <charconv>
#include <limits>

namespace tally::directory {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes exactly `count` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int n = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    n = n * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return n;
}

bool digit_next(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

/// The share of `unit` that "." or "," and digits at the front stand for; nothing when the separator has no digits.
std::optional<base::Duration> fraction(std::string_view& text, base::Duration unit) {
  if (text.empty() || (text.front() != '.' && text.front() != ',')) return base::Duration{0};
  text.remove_prefix(1);
  if (!digit_next(text)) return std::nullopt;
  std::int64_t scale = 1;
  std::int64_t value = 0;
  constexpr std::int64_t kPrecise = 1'000'000'000;  // times an hour in microseconds stays below 2^63
  for (; digit_next(text); text.remove_prefix(1)) {
    if (scale >= kPrecise) continue;
    value = value * 10 + (text.front() - '0');
    scale *= 10;
  }
  return base::Duration{unit.count() * value / scale};
}

/// "Z", "+HH" or "+HHMM", and the end of the text.
std::optional<minutes> zone_offset(std::string_view text) {
  if (text == "Z") return minutes{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hour = digits(text, 2);
  const auto minute = text.empty() ? std::optional<int>(0) : digits(text, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59 || !text.empty()) return std::nullopt;
  return minutes{sign * (*hour * 60 + *minute)};
}

}  // namespace

std::optional<std::int64_t> large_integer(std::string_view text) {
  const std::string_view magnitude = text.starts_with('-') ? text.substr(1) : text;
  if (!digit_next(magnitude) || (magnitude.front() == '0' && text != "0")) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::optional<base::Instant> filetime(std::int64_t steps) {
  constexpr std::int64_t kMicrosecondsTo1970 = 11'644'473'600LL * 1'000'000;
  constexpr base::Instant kLast = date::sys_days(date::year{9999} / 12 / 31);
  if (steps <= 0 || steps == kFiletimeNever) return std::nullopt;
  const base::Instant at{base::Duration{steps / 10 - kMicrosecondsTo1970}};
  if (at > kLast) return std::nullopt;
  return at;
}

std::optional<base::Duration> filetime_interval(std::int64_t steps) {
  if (steps >= 0 || steps == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return base::Duration{-(steps / 10)};
}

std::optional<base::Instant> generalized_time(std::string_view text) {
  const auto year = digits(text, 4), month = digits(text, 2), day = digits(text, 2), hour = digits(text, 2);
  if (!year || !month || !day || !hour || *hour > 23) return std::nullopt;
  const auto ymd = date::year{*year} / *month / *day;
  if (!ymd.ok()) return std::nullopt;
  base::Instant at = date::sys_days(ymd) + hours{*hour};
  base::Duration unit = hours{1};
  if (digit_next(text)) {
    const auto minute = digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    at += minutes{*minute};
    unit = minutes{1};
    if (digit_next(text)) {
      const auto second = digits(text, 2);
      if (!second || *second > 60) return std::nullopt;
      at += seconds{*second};
      unit = seconds{1};
    }
  }
  const auto part = fraction(text, unit);
  if (!part) return std::nullopt;
  const auto offset = zone_offset(text);
  if (!offset) return std::nullopt;
  // An offset may lead out of the years that have four digits: no server means that.
  const base::Instant utc = at + *part - *offset;
  const auto year_of_utc = date::year_month_day{date::floor<date::days>(utc)}.year();
  if (year_of_utc < date::year{0} || year_of_utc > date::year{9999}) return std::nullopt;
  return utc;
}

std::optional<base::Instant> days_since_1970(std::int64_t days) {
  constexpr std::int64_t kLast = 2'932'896;  // 9999-12-31
  if (days < 0 || days > kLast) return std::nullopt;
  return base::Instant{date::days{static_cast<int>(days)}};
}

std::optional<std::uint32_t> account_control(std::string_view text) {
  const auto n = large_integer(text);
  if (!n || *n < std::numeric_limits<std::int32_t>::min() || *n > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*n);
}

std::uint32_t flags_of_account_control(std::uint32_t control) {
  struct Pair {
    std::uint32_t bit;
    model::AccountFlag flag;
  };
  constexpr std::array kPairs = {
      Pair{0x20, model::kPasswordNotRequired},     Pair{0x400000, model::kPreauthNotRequired},
      Pair{0x200000, model::kDesKeysOnly},         Pair{0x80, model::kReversiblePassword},
      Pair{0x10000, model::kPasswordNeverExpires}, Pair{0x40000, model::kSmartcardRequired},
      Pair{0x80000, model::kTrustedForDelegation}, Pair{0x1000000, model::kTrustedToAuthForDelegation},
      Pair{0x100000, model::kNotDelegated},
  };
  std::uint32_t flags = 0;
  for (const Pair& pair : kPairs) {
    if ((control & pair.bit) != 0) flags |= pair.flag;
  }
  return flags;
}

}  // namespace tally::directory
