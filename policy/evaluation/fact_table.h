// FactTable: the facts of one kind of subject as columns for the rule language, and as evidence for people.
//
//   FactTable facts(inputs, model::SubjectKind::account);
//   facts.bind(columns, active.facts);
//   model::Evidence e = facts.evidence("account.enabled", row);
//
// Columns that the snapshot has are viewed where they are; derived ones (account.usable, person.left) are made when a
// rule first asks for them. Inner to this library. Not for several threads: asking makes columns.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/group_facts.h"
#include "policy/evaluation/membership_facts.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/run_facts.h"
#include "policy/evaluation/source_facts.h"

namespace tally::evaluation {

class FactTable {
 public:
  FactTable(const Inputs& inputs, model::SubjectKind kind);
  FactTable(const FactTable&) = delete;
  FactTable& operator=(const FactTable&) = delete;

  /// The answers of a rule about these subjects, by row.
  cel::TruthColumn ask(const rules::ActiveRule& rule);
  /// Binds `now` and every fact named.
  void bind(cel::Columns& columns, const std::vector<std::string>& facts);
  /// As rules see it: "true", "2026-03-31T22:00:00Z", "never", "unknown".
  std::string value(std::string_view fact, std::size_t row);
  /// A time as it is: its state, and its bounds where it is known.
  std::pair<model::TimeState, base::Bounds> moment(std::string_view fact, std::size_t row);
  model::Evidence evidence(std::string_view fact, std::size_t row);

  /// What rows say that have no person behind them.
  static constexpr std::string_view kNoPerson = "no person is linked to the account";

 private:
  /// One fact that was asked for.
  struct Entry {
    cel::FactColumn column;
    model::SubjectKind table = model::SubjectKind::account;  ///< whose fact it is
    /// The row of that table behind a subject; Through::kNoRow when there is none.
    [[nodiscard]] std::uint32_t own_row(std::size_t row) const {
      return column.through.rows.empty() ? static_cast<std::uint32_t>(row) : column.through.rows[row];
    }
    /// As rules see it, in a row of its own table.
    [[nodiscard]] std::string value(std::uint32_t own) const;
  };

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  const Entry& entry(std::string_view fact);
  cel::FactColumn own_column(model::SubjectKind table, std::string_view fact);
  [[nodiscard]] std::string basis(model::SubjectKind table, std::string_view fact, std::size_t own) const;
  /// By row of the subject: the row of `table` behind it. Made when first asked for.
  const std::vector<std::uint32_t>& links(model::SubjectKind table);

  const Inputs& inputs_;
  model::SubjectKind kind_;
  DecisionFacts decisions_;
  SourceFacts sources_;
  PersonFacts people_;
  AccountFacts accounts_;
  GroupFacts groups_;
  MembershipFacts memberships_;
  RunFacts run_;
  std::map<model::SubjectKind, std::vector<std::uint32_t>> links_;
  std::unordered_map<std::string, Entry, NameHash, std::equal_to<>> entries_;  ///< asked several times a finding
};

}  // namespace tally::evaluation
