// person.*: a row for every person, and what HR's status and dates together say about leaving.
// Inner to this library (fact_table.h), but for departure(), which is worth a test of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/entitlement_facts.h"
#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

/// Whether and when somebody left.
struct Departure {
  model::Truth left = model::Truth::unknown;
  model::TimeState at_state = model::TimeState::unknown;
  base::Bounds at;
  std::string_view
      why;  ///< why one of them is unknown: a sentence without names or dates; empty: the source's own reason
};

/// HR says left and a last day that is certainly to come: it contradicts itself. HR says left and no last day: some
/// time before HR was read (`read`). Another status and a last day that is over: left by the date, unless it lies
/// before the first day (somebody who comes back). All moments after `now` count as to come.
Departure departure(model::Employment status, const model::TimeFact& first_day, const model::TimeFact& last_day,
                    base::Instant read, base::Instant now);

class PersonFacts {
 public:
  explicit PersonFacts(const Inputs& inputs) : inputs_(inputs), entitlements_(inputs) {}
  /// Asks for a name of the catalogue that begins with "person.".
  cel::FactColumn column(std::string_view fact);
  /// person.left of one person; its basis is the reason when unknown, and a text of view().
  const model::BoolFact& left(model::PersonId person);
  [[nodiscard]] std::string_view view(base::TextId text) const { return text_.view(text); }
  /// What HR says, for evidence.
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  void find_doubts();
  [[nodiscard]] std::vector<std::string> doubts() const;
  void derive();
  cel::FactColumn names();
  cel::FactColumn statuses();
  cel::FactColumn texts(const std::vector<base::TextId>& column);
  cel::FactColumn times(const std::vector<model::TimeFact>& column, std::vector<model::TimeFact>& doubted);

  const Inputs& inputs_;
  EntitlementFacts entitlements_;
  base::TextPool text_;
  bool doubts_found_ = false;
  std::vector<base::TextId> doubt_;  ///< by person; empty when nobody's facts are in doubt
  std::vector<base::TextId> name_, status_, status_unknown_;
  std::vector<model::BoolFact> left_;
  std::vector<model::TimeFact> left_at_, first_day_, last_day_;
};

}  // namespace tally::evaluation
