// Value: one constant of the rule language, such as a pack's parameter or the as-of time of a run.
//
//   Value::moment(as_of)                         // now
//   Value::span(std::chrono::hours{24} * 45)     // params.dormant_after
//   Value::texts({"Domain Admins", "Backup"})    // params.privileged_groups
//
// Not for rows: a column of a million accounts is bound as a view (columns.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "policy/base/time.h"
#include "policy/cel/type.h"

namespace tally::cel {

/// The moment that did not and will not come: "never signed in", "never expires". An interval without a
/// moment in it, hence the reversed bounds.
inline constexpr base::Bounds kNever{base::kEndOfTime, base::kBeginningOfTime};
constexpr bool is_never(const base::Bounds& bounds) { return bounds.earliest > bounds.latest; }

class Value {
 public:
  using List = std::vector<Value>;
  using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, base::Bounds,
                            base::Duration, List>;

  Value() = default;  ///< null
  static Value boolean(bool value) { return {Type::boolean(), value}; }
  static Value integer(std::int64_t value) { return {Type::integer(), value}; }
  static Value uinteger(std::uint64_t value) { return {Type::uinteger(), value}; }
  static Value real(double value) { return {Type::real(), value}; }
  static Value text(std::string value) { return {Type::string(), std::move(value)}; }
  static Value moment(base::Instant value) { return {Type::timestamp(), base::Bounds::exactly(value)}; }
  static Value moment(base::Bounds value) { return {Type::timestamp(), value}; }
  static Value span(base::Duration value) { return {Type::duration(), value}; }
  /// A list whose elements all have the kind `element` (asserted); `nothing` only for an empty list.
  static Value list(Kind element, List values);
  static Value texts(const std::vector<std::string>& values);

  [[nodiscard]] const Type& type() const { return type_; }
  [[nodiscard]] const Data& data() const { return data_; }
  /// The alternative T of Data; asks that it is the one held.
  template <class T>
  [[nodiscard]] const T& as() const {
    return std::get<T>(data_);
  }

 private:
  Value(Type type, Data data) : type_(type), data_(std::move(data)) {}

  Type type_;
  Data data_;
};

/// The length of time that `text` names, in CEL's syntax (cel-spec, "duration"; Go's time.ParseDuration): a sign and
/// decimal numbers each with a unit, "1h30m", "-1.5s", "250ms"; units h, m, s, ms, us, µs, ns. "d" for days of 24 hours
/// is our extension, since grace periods are written in days. On failure a sentence that says what is wrong.
/// Finer than a microsecond, or beyond 290 years (the range CEL promises), is refused.
tl::expected<base::Duration, std::string> parse_duration(std::string_view text);

}  // namespace tally::cel
