// What people decided, looked up in a snapshot: for each account whose it is, and whose it never is.
//
//   Decisions decided(snapshot, decisions, index.by_number);
//   if (const Decided* d = decided.of(account)) …
//
// Inner to this library; correlation.h says what counts among decisions that contradict each other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/correlation/correlation.h"
#include "policy/correlation/key_index.h"

namespace tally::correlation {

/// What is decided about one account.
struct Decided {
  bool somebodys = false;               ///< a "same" is in force
  std::vector<model::PersonId> owners;  ///< who has the number that it names: none, one or several
  std::vector<model::PersonId> never;   ///< ascending

  [[nodiscard]] bool excludes(model::PersonId person) const;
};

class Decisions {
 public:
  Decisions(const model::Snapshot& snapshot, std::span<const model::LinkDecision> decisions, const KeyIndex& by_number);

  /// nullptr: nothing is decided about it.
  [[nodiscard]] const Decided* of(model::AccountId account) const;
  std::vector<DecisionTrouble> troubles;

 private:
  void keep_latest(std::span<const model::LinkDecision> decisions);
  void resolve(const model::Snapshot& snapshot, std::span<const model::LinkDecision> decisions,
               const KeyIndex& by_number);
  static bool account_is_gone(const model::Snapshot& snapshot, std::string_view key);

  std::vector<std::size_t> in_force_;  ///< positions
  std::unordered_map<std::uint32_t, Decided> by_account_;
};

}  // namespace tally::correlation
