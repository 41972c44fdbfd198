// Settings of an HR feed. Filled by daemon/config, described in docs/settings.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/person.h"

namespace tally::hr {

/// Which column of the file holds which fact; an empty name means that HR does not give it.
struct ColumnMapping {
  std::string employee_id;  ///< required
  std::string given_name, family_name, display_name, mail, login, status, first_day, last_day, department, title,
      manager_id, employment_type, location, time_zone;
  std::string cost_center, sponsor_id, previous_last_day, moved, leave_from, leave_until, training_valid_until,
      screening_done, nda_signed, last_working_day, leaving_entered;
};

struct CsvOptions {
  std::string name = "hr";
  std::string path;
  char delimiter = ',';                  ///< one of , ; tab |
  std::string encoding = "UTF-8";        ///< an ICU converter name; a byte-order mark must agree with it
  std::string date_format = "%Y-%m-%d";  ///< strict; the fields %Y %m %d, other characters as themselves
  std::string time_zone;  ///< IANA name used where the row gives none; empty: unknown, days are 26 hours wide
  std::map<std::string, std::string> location_time_zones;  ///< value of the location column → IANA name
  ColumnMapping columns;
  std::map<std::string, model::Employment> status_words;  ///< compared after trimming, case-insensitively (ASCII)
  std::optional<std::uint64_t> rows_at_least;             ///< fewer rows: the feed is doubtful
  std::uint64_t max_bytes = 4ULL << 30;                   ///< a larger file is refused
  /// A file last changed longer ago than this is doubtful; zero: however old.
  std::chrono::milliseconds max_age = std::chrono::hours{24} * 180;
};

}  // namespace tally::hr
