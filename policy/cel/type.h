// Type: what a fact, a constant or an expression of the rule language is.
//
//   Type::timestamp()                 // account.last_sign_in
//   Type::list_of(Kind::string)       // account.groups
//   Type::list_of(Kind::string).name()  == "list<string>"
//
// The names are those of CEL (cel-spec, langdef.md, "Values"). There is no dyn, no map and no message type:
// every expression has one type that is known before the first row is read, and nothing converts by itself.
#pragma once

#include <cstdint>
#include <string>

namespace tally::cel {

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,    ///< int: 64 bits, signed
  uinteger,   ///< uint: 64 bits, unsigned
  real,       ///< double: IEEE 754
  string,     ///< UTF-8
  timestamp,  ///< a moment, exact, between two bounds, or "never" (see environment.h)
  duration,   ///< a length of time, exact or between two bounds; microseconds
  list,       ///< of scalars: a list within a list is refused
  nothing,    ///< the element of the empty literal [], which fits every list
};

struct Type {
  Kind kind = Kind::null;
  Kind element = Kind::nothing;  ///< of a list; `nothing` otherwise

  static constexpr Type null() { return {Kind::null}; }
  static constexpr Type boolean() { return {Kind::boolean}; }
  static constexpr Type integer() { return {Kind::integer}; }
  static constexpr Type uinteger() { return {Kind::uinteger}; }
  static constexpr Type real() { return {Kind::real}; }
  static constexpr Type string() { return {Kind::string}; }
  static constexpr Type timestamp() { return {Kind::timestamp}; }
  static constexpr Type duration() { return {Kind::duration}; }
  static constexpr Type list_of(Kind element) { return {Kind::list, element}; }

  [[nodiscard]] constexpr bool is_list() const { return kind == Kind::list; }
  /// As CEL and our messages write it: "bool", "timestamp", "list<string>"; the empty list is "list".
  [[nodiscard]] std::string name() const;
  friend constexpr bool operator==(const Type&, const Type&) = default;
};

}  // namespace tally::cel
