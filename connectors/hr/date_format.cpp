#include "connectors/hr/date_format.h"

namespace tally::hr {
namespace {

/// Takes exactly `count` digits from the front; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

}  // namespace

std::optional<DateFormat> DateFormat::compile(std::string_view pattern) {
  int years = 0, months = 0, days = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    const char field = ++i < pattern.size() ? pattern[i] : '\0';
    if (field != 'Y' && field != 'm' && field != 'd') return std::nullopt;
    ++(field == 'Y' ? years : field == 'm' ? months : days);
  }
  if (years != 1 || months != 1 || days != 1) return std::nullopt;
  return DateFormat(pattern);
}

std::optional<base::LocalDate> DateFormat::read(std::string_view text) const {
  int year = -1, month = -1, day = -1;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    if (pattern_[i] != '%') {
      if (text.empty() || text.front() != pattern_[i]) return std::nullopt;
      text.remove_prefix(1);
      continue;
    }
    const char field = pattern_[++i];
    int& value = field == 'Y' ? year : field == 'm' ? month : day;
    value = take_digits(text, field == 'Y' ? 4 : 2);
    if (value < 0) return std::nullopt;
  }
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!text.empty() || !ymd.ok()) return std::nullopt;
  return base::LocalDate{ymd};
}

}  // namespace tally::hr
