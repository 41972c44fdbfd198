#include "policy/model/score.h"

namespace tally::model {

std::uint64_t weight_of(Severity severity) {
  switch (severity) {
    case Severity::low: return 1;
    case Severity::medium: return 2;
    case Severity::high: return 5;
    case Severity::critical: return 10;
  }
  return 0;
}

double Score::percent() const {
  if (of == 0) return 0;
  // Counts are far below 2^50, so ten thousand times a sum of weighted ones fits.
  return static_cast<double>(points * 10'000 / of) / 100;
}

Score score_of(std::span<const RuleTally> tallies) {
  Score score;
  for (const RuleTally& tally : tallies) {
    if (tally.asked == 0) continue;
    const std::uint64_t weight = weight_of(tally.severity);
    score.rows.push_back({tally.rule, weight, tally.clear, tally.asked});
    score.points += weight * tally.clear;
    score.of += weight * tally.asked;
  }
  return score;
}

}  // namespace tally::model
