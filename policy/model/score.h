// Score: one number for a run, and how it comes about. The share of all questions that were answered "clear", each rule
// weighing as much as its severity. What could not be told counts as not clear: not seeing never raises a score.
//
//   Score s = score_of(report.tallies);       // s.percent() == 97.31
//
// For a trend of one company under one set of rules. Two companies, or two packs, cannot be compared by it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/model/verdict.h"

namespace tally::model {

/// critical 10, high 5, medium 2, low 1.
std::uint64_t weight_of(Severity severity);

struct Score {
  struct Row {
    std::string rule;
    std::uint64_t weight = 0, clear = 0, asked = 0;
  };
  std::vector<Row> rows;             ///< rules that were asked about anybody, in the order of the pack
  std::uint64_t points = 0, of = 0;  ///< sums of weight * clear and weight * asked

  /// 0 to 100, rounded down to a hundredth: 100 only when everything is clear. 0 when nothing was asked.
  [[nodiscard]] double percent() const;
};

Score score_of(std::span<const RuleTally> tallies);

}  // namespace tally::model
