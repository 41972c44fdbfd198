// source.*: a row for every source of the run. Inner to this library (fact_table.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"

namespace tally::evaluation {

class SourceFacts {
 public:
  explicit SourceFacts(const Inputs& inputs);
  /// Asks for a name of the catalogue that begins with "source.".
  [[nodiscard]] cel::FactColumn column(std::string_view fact) {
    return fact_row<SourceFacts>(fact, rows()).column(*this);
  }
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  static FactRows<SourceFacts> rows();
  void add_history(const model::SourceRecord& source);
  void add_schema(const model::SourceRecord& source);
  void count_accounts();
  void look_at_controls();  ///< source_controls.cpp
  void add_own_rights(const model::SourceRecord& source);

  struct Numbers {
    std::vector<std::int64_t> values;
    std::vector<base::TextId> unknown;  ///< why; invalid where known
  };
  cel::FactColumn number(const Numbers& numbers) const;
  const Numbers& counted(const Numbers& of) {
    count_accounts();
    return of;
  }

  const Inputs& inputs_;
  base::TextPool text_;
  std::vector<base::TextId> name_, kind_, connector_, coverage_, missing_;
  std::vector<std::uint64_t> gap_offsets_{0}, change_offsets_{0};
  std::vector<base::TextId> gaps_, changes_, changes_unknown_;
  Numbers records_, last_good_, rejects_, clock_skew_, usable_, privileged_, privileged_seen_;
  std::vector<model::BoolFact> count_mismatch_, replayed_, quarantined_, altered_, exempted_, more_rights_;
  std::vector<model::TimeFact> produced_, unchanged_since_, in_force_since_;
};

/// What is built otherwise now than then: names of SourceRecord::shape whose values differ, and those that only one of
/// the two has.
std::vector<std::string> schema_changes(const model::SourceRecord& then, const model::SourceRecord& now);

}  // namespace tally::evaluation
