// Columns: where the rows' facts are, for one evaluation. Views only: nothing is copied, and all that is viewed must
// outlive the call of Program::evaluate.
//
//   Columns columns;
//   columns.bind("now", Value::moment(as_of));                                      // the same for every row
//   columns.bind("account.enabled", {BoolView{enabled}, ReasonView{reasons, &pool}});
//   columns.bind("person.department", {TextView{departments, &pool}, {}, Through{owner_of, "the account has no
//   owner"}});
//
// Three states of a value: known; imprecise (a timestamp between two bounds); unknown with a reason.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "policy/base/text.h"
#include "policy/base/time.h"
#include "policy/cel/value.h"

namespace tally::cel {

struct BoolView {
  std::span<const std::uint8_t> values;  ///< 0 is false, everything else true
};
struct IntView {
  std::span<const std::int64_t> values;
};
struct UintView {
  std::span<const std::uint64_t> values;
};
struct RealView {
  std::span<const double> values;
};
struct TextView {
  std::span<const base::TextId> values;  ///< an invalid id reads as ""
  const base::TextPool* pool = nullptr;
};
/// Exact (both bounds equal), imprecise, or kNever.
struct TimeView {
  std::span<const base::Bounds> values;
};
struct DurationView {
  std::span<const base::Duration> values;
};
/// A list per row in compressed sparse rows: row r has the elements [offsets[r], offsets[r + 1]).
struct TextListView {
  std::span<const std::uint32_t> offsets;
  std::span<const base::TextId> elements;
  const base::TextPool* pool = nullptr;
};
struct IntListView {
  std::span<const std::uint32_t> offsets;
  std::span<const std::int64_t> elements;
};

using ColumnView =
    std::variant<BoolView, IntView, UintView, RealView, TextView, TimeView, DurationView, TextListView, IntListView>;

/// Why a row's value is not known: an invalid id means that it is known. Empty: every row is known.
struct ReasonView {
  std::span<const base::TextId> ids;
  const base::TextPool* pool = nullptr;
};

/// Reads the column of another table through a link: row r has the value at position rows[r] (of an account's row, its
/// person). A row without a link (kNoRow) is unknown with the reason `missing`. Empty: the column is this table's own.
struct Through {
  static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
  std::span<const std::uint32_t> rows;
  std::string_view missing;  ///< such as "the account has no known owner"
};

struct FactColumn {
  ColumnView values;
  ReasonView reasons = {};
  Through through = {};
};

class Columns {
 public:
  using Binding = std::variant<FactColumn, Value>;

  /// Gives the fact `name` a value per row. The view's kind must be the declared type (asserted at evaluation).
  void bind(std::string name, FactColumn column);
  /// Gives the fact `name` one value for every row.
  void bind(std::string name, Value value);

  /// nullptr when nothing is bound to that name.
  [[nodiscard]] const Binding* find(std::string_view name) const;

 private:
  std::map<std::string, Binding, std::less<>> bindings_;
};

}  // namespace tally::cel
