// People: who works here, as HR says. A struct of arrays indexed by PersonId.
//
//   if (people.status[id.index()] == Employment::left) …
//
// Optional strings are "" when HR gave none, and the invalid TextId where the feed has no such column: nobody knows
// then.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/model/fact.h"
#include "policy/model/source.h"

namespace tally::model {

using PersonId = base::Id<struct PersonTag>;

enum class Employment : std::uint8_t { unknown, pre_hire, active, on_leave, suspended, left };

std::string_view to_string(Employment status);

struct People {
  std::vector<SourceId> source;
  std::vector<std::uint32_t> line;        ///< 1-based line of the row in its file
  std::vector<base::TextId> employee_id;  ///< as written, leading zeros kept
  std::vector<base::TextId> given_name, family_name, display_name;
  std::vector<base::TextId> mail;
  std::vector<base::TextId> login;  ///< a login name, when HR knows one
  std::vector<Employment> status;
  std::vector<base::TextId> status_basis;  ///< "status=terminated", or why the status is unknown
  std::vector<TimeFact> first_day;         ///< start of the first day; never: HR gave none
  std::vector<TimeFact> last_day;          ///< end of the last day (the first instant after it); never: open-ended
  std::vector<base::TextId> department, title, manager_id, employment_type, location;
  std::vector<base::TextId> cost_center;
  std::vector<base::TextId> sponsor_id;              ///< employee id of who answers for a contractor or guest
  std::vector<TimeFact> previous_last_day;           ///< end of the employment before this one; never: there was none
  std::vector<TimeFact> moved;                       ///< start of the day of the last change of department or job
  std::vector<TimeFact> leave_from, leave_until;     ///< start of the first and end of the last day of a leave
  std::vector<TimeFact> training_valid_until;        ///< end of the last day; never: no training on record
  std::vector<TimeFact> screening_done, nda_signed;  ///< start of the day; never: not on record
  std::vector<TimeFact> last_working_day;            ///< its end; earlier than last_day when leave is taken before it
  std::vector<TimeFact> leaving_entered;             ///< some time of the day on which HR entered that they leave
  std::vector<base::TextId>
      doubt;  ///< not empty: nothing of this row can be trusted, and why (duplicates that disagree)

  [[nodiscard]] std::size_t size() const { return source.size(); }
  /// Appends a row of defaults (empty strings, unknown facts) and returns its id; the caller fills the columns.
  PersonId add(SourceId from);
  /// Drops the rows where `keep` (one element a row) is false; the others move together, in order.
  void keep_only(const std::vector<bool>& keep);
};

}  // namespace tally::model
