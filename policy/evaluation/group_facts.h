// group.*: a row for every group. Inner to this library (fact_table.h).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluation/decision_facts.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/truths.h"

namespace tally::evaluation {

class GroupFacts {
 public:
  /// `people` says who of the owners left, `decisions` what was decided about groups; both outlive this.
  GroupFacts(const Inputs& inputs, PersonFacts& people, DecisionFacts& decisions)
      : inputs_(inputs), people_(people), decisions_(decisions) {}
  /// Asks for a name of the catalogue that begins with "group.".
  cel::FactColumn column(std::string_view fact) { return fact_row<GroupFacts>(fact, rows()).column(*this); }
  /// What the directory says; for evidence.
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  static FactRows<GroupFacts> rows();

  Truths& bools() { return bools_.emplace_back(inputs_.snapshot.groups.size()); }
  std::vector<std::int64_t>& numbers() { return numbers_.emplace_back(inputs_.snapshot.groups.size()); }
  std::vector<base::TextId>& texts() { return texts_.emplace_back(inputs_.snapshot.groups.size()); }
  cel::FactColumn text(std::vector<base::TextId> model::Groups::*column) const;
  cel::FactColumn times(std::vector<model::TimeFact> model::Groups::*column) const;

  cel::FactColumn sources();
  cel::FactColumn tier();
  cel::FactColumn privileged();
  cel::FactColumn members_count();
  cel::FactColumn has_members();
  cel::FactColumn unresolved_members();
  cel::FactColumn circular();
  cel::FactColumn mail_only();
  cel::FactColumn conflict();
  cel::FactColumn gid_number();
  cel::FactColumn has_owner();
  cel::FactColumn owners();
  cel::FactColumn owner_left();
  cel::FactColumn owner_is_member();

  /// Direct members of every group: accounts, groups, and names that are no entry seen.
  const std::vector<std::uint64_t>& members();
  /// Why members of the group may be missing; empty when none can be.
  [[nodiscard]] std::string unlisted(std::size_t row) const;
  /// Whether the person behind an owner left.
  model::BoolFact left_of(model::AccountId owner);
  /// Whether the account is in the group, nested ones included.
  [[nodiscard]] bool reaches(model::AccountId account, model::GroupId group) const;

  const Inputs& inputs_;
  PersonFacts& people_;
  DecisionFacts& decisions_;
  base::TextPool text_;
  std::vector<std::uint64_t> members_;
  std::deque<Truths> bools_;  // a deque: views of earlier columns stay valid
  std::deque<std::vector<std::int64_t>> numbers_;
  std::deque<std::vector<base::TextId>> texts_;
  std::vector<std::uint64_t> owner_offsets_;
};

/// By group: whether it is in itself, over however many others (a strongly connected part of more than one, or a group
/// that names itself). Linear in memberships.
std::vector<bool> circular_groups(const model::SparseRows<model::GroupId>& groups_of_group);

}  // namespace tally::evaluation
