// DateFormat: a strict date pattern such as "%d.%m.%Y", compiled once and applied to every row.
//
//   std::optional<DateFormat> format = DateFormat::compile("%Y-%m-%d");
//   std::optional<base::LocalDate> day = format->read("2026-03-31");
//
// Four digits for %Y, two for %m and %d, all other characters as themselves, nothing before or behind. No guessing:
// "1.2.2026" does not match "%d.%m.%Y".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/base/time.h"

namespace tally::hr {

class DateFormat {
 public:
  /// nullopt unless %Y, %m and %d are there once each and no other % is.
  static std::optional<DateFormat> compile(std::string_view pattern);

  /// A real day of the Gregorian calendar, or nullopt.
  [[nodiscard]] std::optional<base::LocalDate> read(std::string_view text) const;
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

 private:
  explicit DateFormat(std::string_view pattern) : pattern_(pattern) {}
  std::string pattern_;
};

}  // namespace tally::hr
