// run.*: one row, the audit itself: what it read, and the runs before it. Inner to this library (fact_table.h).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"

namespace tally::evaluation {

class RunFacts {
 public:
  explicit RunFacts(const Inputs& inputs);
  /// Asks for a name of the catalogue that begins with "run.".
  cel::FactColumn column(std::string_view fact) { return fact_row<RunFacts>(fact, rows()).column(*this); }
  [[nodiscard]] std::string basis() const { return incomplete_.empty() ? "every source was completely seen" : said_; }

 private:
  static FactRows<RunFacts> rows();
  static cel::FactColumn number(const std::int64_t& value);

  base::TextPool text_;
  model::TimeFact as_of_, last_finished_;
  model::BoolFact complete_;
  std::vector<base::TextId> incomplete_;
  std::array<std::uint64_t, 2> incomplete_offsets_{0, 0};
  std::int64_t sources_ = 0, people_ = 0, accounts_ = 0, groups_ = 0, memberships_ = 0, missed_ = 0, abandoned_ = 0;
  std::string said_;
};

}  // namespace tally::evaluation
