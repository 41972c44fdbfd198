// Value: one value of the rule language: a constant such as a pack's parameter, what an expression is for one row, and
// what the interpreter (interpreter.h) computes with.
//
//   Value::moment(as_of)                         // now
//   Value::span(std::chrono::hours{24} * 45)     // params.dormant_after
//   Value::texts({"Domain Admins", "Backup"})    // params.privileged_groups
//   Value::unknown("the size limit was reached") // for a binding: this value is not known
//
// Not for rows: a column of a million accounts is bound as a view (columns.h).
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "policy/base/time.h"
#include "policy/cel/interval.h"
#include "policy/cel/type.h"

namespace tally::cel {

/// The moment that did not and will not come: "never signed in", "never expires". An interval without a
/// moment in it, hence the reversed bounds.
inline constexpr base::Bounds kNever{base::kEndOfTime, base::kBeginningOfTime};
constexpr bool is_never(const base::Bounds& bounds) { return bounds.earliest > bounds.latest; }

class Value {
 public:
  using List = std::vector<Value>;
  using Map = std::vector<std::pair<Value, Value>>;  ///< sorted by key (compare_keys), each key once
  struct Bytes {
    std::string octets;
    friend auto operator<=>(const Bytes&, const Bytes&) = default;
  };
  struct Moment {
    FineInterval at;
  };
  struct Span {
    FineInterval length;
  };
  /// Not known: `why` of a binding; during an evaluation the id of a set of reasons (reasons.h).
  struct Unknown {
    std::string why;
    std::uint32_t reasons = 0;
  };
  using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Bytes, Moment, Span,
                            std::shared_ptr<const List>, std::shared_ptr<const Map>, Kind, Unknown>;

  Value() = default;  ///< null
  static Value boolean(bool value) { return {Type::boolean(), value}; }
  static Value integer(std::int64_t value) { return {Type::integer(), value}; }
  static Value uinteger(std::uint64_t value) { return {Type::uinteger(), value}; }
  static Value real(double value) { return {Type::real(), value}; }
  static Value text(std::string value) { return {Type::string(), std::move(value)}; }
  static Value bytes(std::string octets) { return {Type::bytes(), Bytes{std::move(octets)}}; }
  static Value moment(base::Instant value) { return moment(base::Bounds::exactly(value)); }
  static Value moment(base::Bounds value) { return moment(FineInterval::of(Interval::of(value))); }
  static Value moment(FineInterval value) { return {Type::timestamp(), Moment{value}}; }
  static Value span(base::Duration value) { return span(FineInterval::of(Interval::of(value))); }
  static Value span(FineInterval value) { return {Type::duration(), Span{value}}; }
  /// A list whose elements all have the kind `element` (asserted); `nothing` only for an empty list.
  static Value list(Kind element, List values);
  /// A list of anything; its type is joined from its elements.
  static Value list(List values);
  static Value texts(const std::vector<std::string>& values);
  /// Fails when a key is not a bool, int, uint or string, or is there twice (1 and 1u are one key).
  static tl::expected<Value, std::string> map(Map values);
  static Value type_of(Kind kind) { return {Type::type(), kind}; }
  static Value unknown(std::string why) { return {Type::dyn(), Unknown{std::move(why), 0}}; }
  static Value unknown(std::uint32_t reasons) { return {Type::dyn(), Unknown{{}, reasons}}; }

  [[nodiscard]] const Type& type() const { return type_; }
  [[nodiscard]] Kind kind() const { return type_.kind; }
  [[nodiscard]] const Data& data() const { return data_; }
  [[nodiscard]] bool is_unknown() const { return std::holds_alternative<Unknown>(data_); }
  /// The alternative T of Data, a List, a Map, base::Bounds (of a timestamp, widened to whole microseconds) or
  /// base::Duration; asks that it is the one held.
  template <class T>
  [[nodiscard]] decltype(auto) as() const {
    if constexpr (std::is_same_v<T, List> || std::is_same_v<T, Map>) {
      return static_cast<const T&>(*std::get<std::shared_ptr<const T>>(data_));
    } else if constexpr (std::is_same_v<T, base::Bounds>) {
      const Interval coarse = std::get<Moment>(data_).at.outward();
      return base::Bounds{base::Instant{base::Duration{coarse.low}}, base::Instant{base::Duration{coarse.high}}};
    } else if constexpr (std::is_same_v<T, base::Duration>) {
      return base::Duration{std::get<Span>(data_).length.outward().low};
    } else {
      return static_cast<const T&>(std::get<T>(data_));
    }
  }
  /// The bounds of a timestamp or duration.
  [[nodiscard]] const FineInterval& times() const {
    return kind() == Kind::timestamp ? std::get<Moment>(data_).at : std::get<Span>(data_).length;
  }

 private:
  Value(Type type, Data data) : type_(type), data_(std::move(data)) {}

  Type type_;
  Data data_;
};

/// The order of two numbers by their value, whatever their types, beside a double as doubles; unordered beside NaN.
/// Asks for numbers.
std::partial_ordering compare_numbers(const Value& a, const Value& b);
/// The order in which maps keep their keys: bools, numbers by value, strings. Asks for keys.
std::weak_ordering compare_keys(const Value& a, const Value& b);
/// May be a key of a map: bool, int, uint, string.
bool is_key(const Value& value);
/// The value at `key`, which may be any value (a double finds the whole number that it is, exactly); nullptr when there
/// is none.
const Value* find_key(const Value::Map& map, const Value& key);

}  // namespace tally::cel
