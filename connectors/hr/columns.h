// Columns: where in a row each mapped fact stands, found by the names of the header.
//
//   Columns columns = Columns::find(options.columns, reader.fields());
//   if (!columns.troubles.empty()) fail(columns.troubles);
//
// A column that the mapping does not name has no place here, so nothing behind can read it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/hr/options.h"

namespace tally::hr {

/// The facts that a row may hold, in the order of ColumnMapping.
enum class Fact : std::uint8_t {
  employee_id,
  given_name,
  family_name,
  display_name,
  mail,
  login,
  status,
  first_day,
  last_day,
  department,
  title,
  manager_id,
  employment_type,
  location,
  time_zone,
  cost_center,
  sponsor_id,
  previous_last_day,
  moved,
  leave_from,
  leave_until,
  training_valid_until,
  screening_done,
  nda_signed,
  last_working_day,
  leaving_entered,
};
inline constexpr std::size_t kFacts = 26;

/// "employee_id", as the configuration spells it.
std::string_view to_string(Fact fact);
/// The column that the mapping gives for the fact; "" when none.
const std::string& mapped_name(const ColumnMapping& mapping, Fact fact);
/// "employee_id=Personalnummer, status=Status", for the manifest.
std::string in_words(const ColumnMapping& mapping);
/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

struct Columns {
  static constexpr int kUnmapped = -1;

  std::array<int, kFacts> place{};       ///< 0-based field of a row, or kUnmapped
  std::array<std::string, kFacts> name;  ///< of the column
  std::vector<std::string> troubles;     ///< one sentence for each mapped column that cannot be used

  /// Names are compared exactly after trimming. When not one mapped name is there, the line may be a row of people and
  /// is not quoted in the sentence.
  static Columns find(const ColumnMapping& mapping, std::span<const std::string_view> header);

  [[nodiscard]] bool has(Fact fact) const { return place[static_cast<std::size_t>(fact)] != kUnmapped; }
  /// The field as it stands; "" when unmapped. `row` is as wide as the header was.
  [[nodiscard]] std::string_view field(Fact fact, std::span<const std::string_view> row) const {
    const int at = place[static_cast<std::size_t>(fact)];
    return at == kUnmapped ? std::string_view() : row[static_cast<std::size_t>(at)];
  }
  [[nodiscard]] const std::string& name_of(Fact fact) const { return name[static_cast<std::size_t>(fact)]; }
};

}  // namespace tally::hr
