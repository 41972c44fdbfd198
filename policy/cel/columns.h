// Columns: where the rows' facts are, for one evaluation. Views only: nothing is copied, and all that is viewed must
// outlive the call of Program::evaluate.
//
//   Columns columns;
//   columns.bind("now", Value::moment(as_of));                                      // the same for every row
//   columns.bind("account.enabled", {BoolView{{enabled, &BoolFact::value}}, {{enabled, &BoolFact::basis}, &text}});
//   columns.bind("person.department", {TextView{{departments}, &text}, {}, {owner_of, "the account has no owner"}});
//
// Three states of a value: known; imprecise (a timestamp between two bounds); unknown with a reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "policy/base/text.h"
#include "policy/base/time.h"
#include "policy/cel/value.h"

namespace tally::cel {

/// One T per row, `stride` bytes apart: a plain array, or one member of an array of structs.
template <class T>
class Strided {
 public:
  Strided() = default;
  Strided(std::span<const T> values) : Strided(values.data(), values.size(), sizeof(T)) {}  // NOLINT: a span is one
  Strided(const std::vector<T>& values) : Strided(std::span<const T>(values)) {}            // NOLINT: so is a vector
  /// The member `member` of each struct. An enum of one byte reads as its number.
  template <class Struct, class Member>
  Strided(const std::vector<Struct>& structs, Member Struct::*member) {
    static_assert(std::is_same_v<T, Member> || (std::is_enum_v<Member> && std::is_same_v<T, std::uint8_t> &&
                                                sizeof(Member) == sizeof(std::uint8_t)));
    if (structs.empty()) return;
    *this = Strided(reinterpret_cast<const T*>(&(structs.front().*member)), structs.size(), sizeof(Struct));
  }

  /// The same for every row.
  static Strided same(const T& value, std::size_t rows) { return Strided(&value, rows, 0); }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Row 0 of a plain array; nullptr for anything else.
  [[nodiscard]] const T* plain() const { return stride_ == sizeof(T) ? reinterpret_cast<const T*>(first_) : nullptr; }
  [[nodiscard]] const T& operator[](std::size_t row) const {
    return *reinterpret_cast<const T*>(first_ + row * stride_);
  }

 private:
  Strided(const T* first, std::size_t size, std::size_t stride)
      : first_(reinterpret_cast<const std::byte*>(first)), size_(size), stride_(stride) {}

  const std::byte* first_ = nullptr;
  std::size_t size_ = 0;
  std::size_t stride_ = 0;
};

// What is in BoolView::values and TimeView::states.
inline constexpr std::uint8_t kBoolNo = 0, kBoolYes = 1, kBoolUnknown = 2;
inline constexpr std::uint8_t kTimeUnknown = 0, kTimeNever = 1, kTimeKnown = 2;

// BoolView, FlagView and TimeView say themselves which rows are unknown; of the other views a row is unknown when it
// has a reason (a valid id).

struct BoolView {
  Strided<std::uint8_t> values;  ///< kBoolNo, kBoolYes, kBoolUnknown
};
/// A truth that is one bit among others.
struct FlagView {
  Strided<std::uint32_t> values;  ///< the bits that are set
  Strided<std::uint32_t> told;    ///< the bits that are known
  std::uint32_t bit = 0;

  [[nodiscard]] std::uint8_t at(std::size_t row) const {
    return (told[row] & bit) == 0 ? kBoolUnknown : (values[row] & bit) != 0 ? kBoolYes : kBoolNo;
  }
};
struct TimeView {
  Strided<base::Bounds> values;  ///< read where the state is kTimeKnown; earliest <= latest
  Strided<std::uint8_t> states;  ///< kTimeUnknown, kTimeNever, kTimeKnown
};
struct IntView {
  Strided<std::int64_t> values;
};
struct UintView {
  Strided<std::uint64_t> values;
};
struct RealView {
  Strided<double> values;
};
struct DurationView {
  Strided<base::Duration> values;
};
struct TextView {
  Strided<base::TextId> values;  ///< an invalid id reads as ""
  const base::TextPool* pool = nullptr;
};
/// A list per row in compressed sparse rows: row r has the elements [offsets[r], offsets[r + 1]).
struct TextListView {
  std::span<const std::uint64_t> offsets;
  std::span<const base::TextId> elements;
  const base::TextPool* pool = nullptr;
};
struct IntListView {
  std::span<const std::uint64_t> offsets;
  std::span<const std::int64_t> elements;
};

using ColumnView = std::variant<BoolView, FlagView, TimeView, IntView, UintView, RealView, DurationView, TextView,
                                TextListView, IntListView>;

/// Why a row's value is not known, read for unknown rows. Left empty: no row is unknown, or (of a view that says itself
/// which rows are) nobody says why.
struct ReasonView {
  Strided<base::TextId> ids;
  const base::TextPool* pool = nullptr;
};

/// Reads the column of another table through a link: row r has the value at position rows[r] (an account's person).
/// A row without a link (kNoRow) is unknown with the reason `missing`. Empty: the column is this table's own.
struct Through {
  static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
  std::span<const std::uint32_t> rows;
  std::string_view missing;  ///< such as "the account has no owner"
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
