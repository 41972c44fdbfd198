// source.*: a row for every source of the run. Inner to this library (fact_table.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

class SourceFacts {
 public:
  explicit SourceFacts(const Inputs& inputs);
  /// Asks for a name of the catalogue that begins with "source.".
  [[nodiscard]] cel::FactColumn column(std::string_view fact) const;

 private:
  base::TextPool text_;
  std::vector<base::TextId> name_, kind_, connector_, coverage_, missing_;
  std::vector<std::uint64_t> gap_offsets_{0};
  std::vector<base::TextId> gaps_;
  std::vector<std::int64_t> records_, last_good_, rejects_;
  std::vector<base::TextId> last_good_unknown_;
  std::vector<model::BoolFact> count_mismatch_, quarantined_;
  std::vector<model::TimeFact> in_force_since_;
};

}  // namespace tally::evaluation
