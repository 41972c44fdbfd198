// FactRow: one fact of the catalogue, how its column is made and what its evidence is. A table of these is all that a
// kind of facts consists of: a new fact is a row here and a row in policy/rules/catalogue*.cpp.
//
//   {"group.created", [](GroupFacts& f) { return f.times(&model::Groups::created); }},
//
// Inner to this library.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "policy/base/assert.h"
#include "policy/cel/columns.h"

namespace tally::evaluation {

template <class Facts>
struct FactRow {
  std::string_view name;
  cel::FactColumn (*column)(Facts&);
  /// What the source says, for evidence; absent: what the table says of every fact (where the subject stands).
  std::string (*basis)(const Facts&, std::size_t row) = nullptr;
};

template <class Facts>
using FactRows = std::span<const FactRow<Facts>>;

/// The row of that name among the tables; asserts that there is one: names come from checked rules.
template <class Facts, class... Tables>
const FactRow<Facts>& fact_row(std::string_view name, const Tables&... tables) {
  const FactRow<Facts>* found = nullptr;
  const auto look = [&](FactRows<Facts> rows) {
    if (found != nullptr) return;
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
    if (at != rows.end()) found = &*at;
  };
  (look(tables), ...);
  TALLY_ASSERT(found != nullptr);
  return *found;
}

}  // namespace tally::evaluation
