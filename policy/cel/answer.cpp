#include "policy/cel/answer.h"

#include <algorithm>
#include <utility>

#include "policy/cel/reasons.h"

namespace tally::cel {

TruthColumn::TruthColumn(std::vector<Truth> values, std::vector<ReasonSetId> sets,
                         std::shared_ptr<const ReasonPool> pool)
    : values_(std::move(values)), sets_(std::move(sets)), pool_(std::move(pool)) {}

std::size_t TruthColumn::count(Truth truth) const {
  return static_cast<std::size_t>(std::count(values_.begin(), values_.end(), truth));
}

std::vector<Reason> TruthColumn::reasons(ReasonSetId set) const { return pool_->reasons(set); }

TextColumn::TextColumn(std::vector<std::string> values, std::vector<ReasonSetId> sets,
                       std::shared_ptr<const ReasonPool> pool)
    : values_(std::move(values)), sets_(std::move(sets)), pool_(std::move(pool)) {}

std::vector<Reason> TextColumn::reasons(ReasonSetId set) const { return pool_->reasons(set); }

}  // namespace tally::cel
