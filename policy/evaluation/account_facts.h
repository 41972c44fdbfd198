// account.*: a row for every account; owner and privilege come from correlation and access.
// Inner to this library (fact_table.h).
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/decision_facts.h"
#include "policy/evaluation/entitlement_facts.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/truths.h"

namespace tally::access {
class Control;
}

namespace tally::evaluation {

class AccountFacts {
 public:
  /// `people` says who of the owners left, `decisions` what was decided about accounts; both outlive this.
  AccountFacts(const Inputs& inputs, PersonFacts& people, DecisionFacts& decisions);
  ~AccountFacts();
  /// Asks for a name of the catalogue that begins with "account.".
  cel::FactColumn column(std::string_view fact);
  /// What the directory, or the correlation, says; for evidence.
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;
  /// A truth that the directory writes as a flag.
  cel::FactColumn flag(model::AccountFlag flag);

  /// Why it is not known whose the account is; "" when that is known.
  std::string_view owner_untold(std::size_t row) { return text_.view(owner_unknown(row)); }

 private:
  static FactRows<AccountFacts> own_rows();       ///< account_facts.cpp
  static FactRows<AccountFacts> past_rows();      ///< account_past.cpp
  static FactRows<AccountFacts> flag_rows();      ///< account_facts.cpp
  static FactRows<AccountFacts> link_rows();      ///< account_links.cpp
  static FactRows<AccountFacts> relation_rows();  ///< account_relations.cpp
  static FactRows<AccountFacts> identity_rows();  ///< account_identity.cpp
  static FactRows<AccountFacts> control_rows();   ///< account_control.cpp

  [[nodiscard]] const model::Accounts& accounts() const { return inputs_.snapshot.accounts; }
  [[nodiscard]] std::string shown(base::TextId id) const { return std::string(inputs_.snapshot.view(id)); }
  Truths& bools() { return bools_.emplace_back(accounts().size()); }
  std::vector<base::TextId>& texts() { return texts_.emplace_back(accounts().size()); }
  /// For note().
  std::vector<base::TextId>& reasons_of_rows() { return texts_.emplace_back(); }
  std::vector<std::int64_t>& numbers() { return numbers_.emplace_back(accounts().size()); }
  cel::FactColumn text(std::vector<base::TextId> model::Accounts::*column) const;
  cel::FactColumn times(std::vector<model::TimeFact> model::Accounts::*column) const;
  cel::FactColumn truths(std::vector<model::BoolFact> model::Accounts::*column) const;

  cel::FactColumn kinds();
  cel::FactColumn sources();
  cel::FactColumn rid();
  cel::FactColumn expired();
  cel::FactColumn usable();
  cel::FactColumn disabled_at();
  cel::FactColumn switched_on_at();
  cel::FactColumn password_scheme();
  cel::FactColumn posix_number(std::vector<std::uint32_t> model::Accounts::*column, std::string_view none);
  cel::FactColumn conflict();

  cel::FactColumn owner();
  cel::FactColumn owner_left();
  cel::FactColumn owner_confidence();
  cel::FactColumn primary();
  cel::FactColumn group_names(bool seen_only);
  cel::FactColumn has_groups();
  cel::FactColumn groups_count();
  cel::FactColumn privileged();
  cel::FactColumn privileged_tier();
  cel::FactColumn by_primary_group();
  cel::FactColumn domain_controller();
  model::BoolFact in_own_words(const model::BoolFact& fact);
  cel::FactColumn only_through_nesting();
  cel::FactColumn through_circle();
  cel::FactColumn privileged_distance();
  cel::FactColumn effective_groups();

  /// Made when first asked for.
  const access::Control& control();
  cel::FactColumn controls_privileged();
  cel::FactColumn may_replicate_secrets();
  [[nodiscard]] std::string control_in_words(std::size_t row) const;
  [[nodiscard]] std::string replication_in_words(std::size_t row) const;

  cel::FactColumn persona();
  cel::FactColumn registered();
  cel::FactColumn registered_owner();
  cel::FactColumn identifier_reused();
  cel::FactColumn suggestions();
  cel::FactColumn second_main();

  cel::FactColumn responsible();
  cel::FactColumn responsible_left();
  cel::FactColumn custodian_left_at();  ///< account_custodians.cpp
  cel::FactColumn manager_left();
  cel::FactColumn manager_agrees();
  cel::FactColumn uid_number_shared();
  cel::FactColumn protected_user();

  /// Why the owner of the row is not known; invalid when it is.
  base::TextId owner_unknown(std::size_t row) {
    if (!owners_asked_) ask_owners();
    return owner_why_.empty() ? base::TextId() : owner_why_[row];
  }
  void ask_owners();
  /// Whether one of several people who fit the row left.
  model::BoolFact leaver_among_candidates(std::size_t row);
  /// The person behind the manager that the directory names; nothing, and why, when that cannot be told.
  struct Manager {
    model::PersonId person;
    base::TextId why;
  };
  Manager manager_of(std::size_t row);
  /// Why it is not known who answers for the account; invalid when it is.
  base::TextId responsible_unknown(std::size_t row);
  [[nodiscard]] std::string custodians_in_words(std::size_t row) const;
  [[nodiscard]] std::string named(const correlation::Suggestion& one) const;
  [[nodiscard]] std::string suggestions_in_words(std::size_t row) const;
  /// person.left of that person, in texts of this table.
  model::BoolFact left_of(model::PersonId person);
  /// The groups of the row but the domain's default ones.
  [[nodiscard]] std::vector<model::GroupId> own_groups(std::size_t row) const;
  [[nodiscard]] bool is_default_group(std::size_t row, model::GroupId group) const;
  /// By source: why memberships may be missing; invalid ids where none can be.
  const std::vector<base::TextId>& gaps();
  [[nodiscard]] std::string groups_in_words(std::size_t row) const;
  [[nodiscard]] std::string privilege_in_words(std::size_t row) const;

  const Inputs& inputs_;
  PersonFacts& people_;
  DecisionFacts& decisions_;
  EntitlementFacts entitlements_;
  std::unique_ptr<access::Control> control_;
  base::TextPool text_;
  std::deque<Truths> bools_;  // a deque: views of earlier columns stay valid
  std::deque<std::vector<model::TimeFact>> moments_;
  std::deque<std::vector<base::TextId>> texts_;
  std::deque<std::vector<std::int64_t>> numbers_;
  std::vector<std::uint64_t> offsets_, effective_offsets_, suggestion_offsets_;
  std::vector<base::TextId> gaps_;
  std::vector<std::uint8_t> everybodys_;  ///< by group: a default one of its domain
  base::TextId untold_;                   ///< why a flag is not known
  bool owners_asked_ = false;
  std::vector<base::TextId> owner_why_;  ///< by row; empty while all owners are known
};

}  // namespace tally::evaluation
