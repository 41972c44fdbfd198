// account.*: a row for every account; owner and privilege come from correlation and access.
// Inner to this library (fact_table.h).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/entitlement_facts.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/person_facts.h"

namespace tally::evaluation {

class AccountFacts {
 public:
  /// `people` says who of the owners left; it outlives this.
  AccountFacts(const Inputs& inputs, PersonFacts& people) : inputs_(inputs), people_(people), entitlements_(inputs) {}
  /// Asks for a name of the catalogue that begins with "account.".
  cel::FactColumn column(std::string_view fact);
  /// What the directory, or the correlation, says; for evidence.
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  std::vector<model::BoolFact>& bools() { return bools_.emplace_back(inputs_.snapshot.accounts.size()); }
  std::vector<base::TextId>& texts() { return texts_.emplace_back(inputs_.snapshot.accounts.size()); }

  cel::FactColumn kinds();
  cel::FactColumn sources();
  cel::FactColumn expired();
  cel::FactColumn usable();
  cel::FactColumn flag(model::AccountFlag flag);
  cel::FactColumn owner();
  cel::FactColumn owner_left();
  cel::FactColumn owner_confidence();
  cel::FactColumn primary();
  cel::FactColumn group_names();
  cel::FactColumn has_groups();
  cel::FactColumn groups_count();
  cel::FactColumn privileged();
  cel::FactColumn privileged_tier();
  cel::FactColumn by_primary_group();
  cel::FactColumn domain_controller();
  cel::FactColumn only_through_nesting();
  cel::FactColumn through_circle();
  cel::FactColumn privileged_distance();
  cel::FactColumn effective_groups();

  [[nodiscard]] model::Truth is_expired(std::size_t row) const;
  /// Why the owner of the row is not known; invalid when it is.
  base::TextId owner_unknown(std::size_t row);
  /// Whether one of several people who fit the row left.
  model::BoolFact leaver_among_candidates(std::size_t row);
  /// The groups of the row but the domain's default ones.
  [[nodiscard]] std::vector<model::GroupId> own_groups(std::size_t row) const;
  [[nodiscard]] bool is_default_group(std::size_t row, model::GroupId group) const;
  /// By source: why memberships may be missing; invalid ids where none can be.
  const std::vector<base::TextId>& membership_gaps();
  [[nodiscard]] std::string groups_in_words(std::size_t row) const;

  const Inputs& inputs_;
  PersonFacts& people_;
  EntitlementFacts entitlements_;
  base::TextPool text_;
  std::deque<std::vector<model::BoolFact>> bools_;  // a deque: views of earlier columns stay valid
  std::deque<std::vector<base::TextId>> texts_;
  std::deque<std::vector<std::int64_t>> numbers_;
  std::vector<std::uint64_t> offsets_, effective_offsets_;
  std::vector<base::TextId> membership_gaps_;
  std::string quarantined_hr_;
  bool hr_checked_ = false;
};

}  // namespace tally::evaluation
