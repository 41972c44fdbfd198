#include "connectors/directory/unshown.h"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/base/assert.h"

namespace tally::directory {

Unshown::Unshown(std::vector<std::string> attributes)
    : attributes_(std::move(attributes)), not_shown_(attributes_.size(), 0) {
  TALLY_ASSERT(attributes_.size() <= kMaxAttributes);
}

void Unshown::read(const Entry& entry, std::size_t row) {
  if (rows_.size() <= row) rows_.resize(row + 1, 0);
  for (std::size_t i = 0; i < attributes_.size(); ++i) {
    if (entry.has(attributes_[i])) continue;
    rows_[row] |= bit(i);
    ++not_shown_[i];
  }
}

void Unshown::absent(Set which, std::size_t row) {
  if (row < rows_.size()) rows_[row] = rows_[row] & ~which;
}

Unshown::Set Unshown::open_in(std::size_t row) const { return row < rows_.size() ? rows_[row] & ~unknown_ : Set{0}; }

std::vector<std::size_t> Unshown::open_rows(std::size_t at_most) const {
  std::vector<std::size_t> out;
  for (std::size_t row = 0; row < rows_.size() && out.size() < at_most; ++row) {
    if (open_in(row) != 0) out.push_back(row);
  }
  return out;
}

std::uint64_t Unshown::open_entries(std::size_t which) const {
  std::uint64_t out = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row) out += open(which, row) ? 1 : 0;
  return out;
}

std::vector<Unshown::Set> Unshown::open_together(std::size_t at_most) const {
  std::map<Set, std::uint64_t> sets;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (const Set open = open_in(row); open != 0) ++sets[open];
  }
  std::vector<std::pair<std::uint64_t, Set>> sorted;
  for (const auto& [set, count] : sets) sorted.emplace_back(count, set);
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<Set> out;
  for (std::size_t i = 0; i < std::min(at_most, sorted.size()); ++i) out.push_back(sorted[i].second);
  return out;
}

}  // namespace tally::directory
