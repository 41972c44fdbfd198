// What holds for every table, whoever made it: its columns are of one length, ids point somewhere, enumerations have
// the number, bounds are in order. Goes through all columns, so a new one is checked too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "policy/base/assert.h"
#include "policy/model/columns.h"
#include "policy/model/snapshot.h"

namespace tally::fuzz {

class TableCheck {
 public:
  /// How far ids may go.
  struct Sizes {
    std::size_t texts, sources, accounts, groups;
  };
  explicit TableCheck(const Sizes& sizes) : sizes_(sizes) {}

  template <class Table>
  void table(const Table& rows) const {
    model::each_column<Table>([&](std::string_view, auto column) {
      TALLY_ASSERT((rows.*column).size() == rows.size());
      for (const auto& value : rows.*column) one(value);
    });
    for (const model::SourceId source : rows.source) TALLY_ASSERT(source.valid());
  }

  /// Rows for everybody; with `Order::ascending` their targets ascend, each once.
  enum class Order : std::uint8_t { any, ascending };
  template <class Target>
  void rows(const model::SparseRows<Target>& of, std::size_t count, Order order) const {
    TALLY_ASSERT(of.rows() == count && of.offsets.front() == 0 && of.offsets.back() == of.targets.size());
    for (std::size_t i = 0; i < count; ++i) {
      TALLY_ASSERT(of.offsets[i] <= of.offsets[i + 1]);
      const auto row = of.row(i);
      for (const Target target : row) {
        TALLY_ASSERT(target.valid());
        one(target);
      }
      const auto not_behind = [](Target a, Target b) { return a >= b; };
      TALLY_ASSERT(order == Order::any || std::adjacent_find(row.begin(), row.end(), not_behind) == row.end());
    }
  }

 private:
  void one(base::TextId id) const { TALLY_ASSERT(!id.valid() || id.index() < sizes_.texts); }
  void one(model::SourceId id) const { TALLY_ASSERT(!id.valid() || id.index() < sizes_.sources); }
  void one(model::AccountId id) const { TALLY_ASSERT(!id.valid() || id.index() < sizes_.accounts); }
  void one(model::GroupId id) const { TALLY_ASSERT(!id.valid() || id.index() < sizes_.groups); }
  void one(model::Truth value) const { TALLY_ASSERT(value <= model::Truth::unknown); }
  void one(model::Employment value) const { TALLY_ASSERT(value <= model::Employment::left); }
  void one(model::AccountKind value) const { TALLY_ASSERT(value <= model::AccountKind::trust); }
  void one(model::Tier value) const { TALLY_ASSERT(value <= model::Tier::tier0); }
  void one(model::ControlledKind value) const { TALLY_ASSERT(value <= model::ControlledKind::certificates); }
  void one(const model::BoolFact& fact) const {
    one(fact.value);
    one(fact.basis);
  }
  void one(const model::TimeFact& fact) const {
    TALLY_ASSERT(fact.state <= model::TimeState::known && fact.bounds.earliest <= fact.bounds.latest);
    one(fact.basis);
  }
  template <class Number>
  requires std::is_integral_v<Number>
  void one(Number) const {}

  Sizes sizes_;
};

}  // namespace tally::fuzz
