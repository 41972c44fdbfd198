// Type: what a fact, a constant or an expression of the rule language is.
//
//   Type::timestamp()                                              // account.last_sign_in
//   Type::list_of(Kind::string)                                    // account.groups
//   Type::map_of(Kind::string, Type::list_of(Kind::integer)).name()  == "map<string, list<int>>"
//
// The names are those of CEL (cel-spec, langdef.md, "Values"). `dyn` is a value whose type is known only when it is
// there. There are no message types. A type is a small value without a pointer: kinds in prefix order. What is nested
// beyond kMaximumParts kinds is dyn, which is always right, only less is found wrong beforehand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::cel {

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,    ///< int: 64 bits, signed
  uinteger,   ///< uint: 64 bits, unsigned
  real,       ///< double: IEEE 754
  string,     ///< UTF-8
  bytes,      ///< octets
  timestamp,  ///< a moment, exact, between two bounds, or "never" (see environment.h)
  duration,   ///< a length of time, exact or between two bounds
  list,
  map,      ///< keys are bool, int, uint or string
  type,     ///< a type as a value: type(1), int
  dyn,      ///< any of them
  nothing,  ///< the element of the empty literals [] and {}, which fit every list and map
};

struct Type {
  static constexpr std::size_t kMaximumParts = 15;

  Kind kind = Kind::null;
  std::array<Kind, kMaximumParts> inner{};  ///< of a list its element, of a map its key and value; then nulls

  static constexpr Type null() { return {}; }
  static constexpr Type boolean() { return of(Kind::boolean); }
  static constexpr Type integer() { return of(Kind::integer); }
  static constexpr Type uinteger() { return of(Kind::uinteger); }
  static constexpr Type real() { return of(Kind::real); }
  static constexpr Type string() { return of(Kind::string); }
  static constexpr Type bytes() { return of(Kind::bytes); }
  static constexpr Type timestamp() { return of(Kind::timestamp); }
  static constexpr Type duration() { return of(Kind::duration); }
  static constexpr Type type() { return of(Kind::type); }
  static constexpr Type dyn() { return of(Kind::dyn); }
  /// A list or map of `kind` holds dyn.
  static constexpr Type of(Kind kind) {
    if (kind == Kind::list) return list_of(Type{Kind::dyn, {}});
    if (kind == Kind::map) return map_of(Type{Kind::dyn, {}}, Type{Kind::dyn, {}});
    return {kind, {}};
  }
  static constexpr Type list_of(Kind element) { return list_of(of(element)); }
  static constexpr Type list_of(const Type& element) {
    Type list{Kind::list, {}};
    list.append(element, 0);
    return list;
  }
  static constexpr Type map_of(Kind key, const Type& value) { return map_of(of(key), value); }
  static constexpr Type map_of(const Type& key, const Type& value) {
    Type map{Kind::map, {}};
    map.append(key, 0);
    map.append(value, map.end_of(0));
    return map;
  }

  [[nodiscard]] constexpr bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] constexpr bool is_map() const { return kind == Kind::map; }
  /// Of a list.
  [[nodiscard]] constexpr Type element() const { return part(0); }
  /// Of a map.
  [[nodiscard]] constexpr Type key() const { return part(0); }
  [[nodiscard]] constexpr Type value() const { return part(end_of(0)); }
  /// As CEL and our messages write it: "bool", "list<string>"; "list" and "map" for the empty literals.
  [[nodiscard]] std::string name() const;
  friend constexpr bool operator==(const Type&, const Type&) = default;

 private:
  /// Where the type that starts at inner[at] ends.
  [[nodiscard]] constexpr std::size_t end_of(std::size_t at) const {
    std::size_t open = 1;
    while (open > 0) {
      const Kind here = inner[at++];
      open += here == Kind::list ? 0 : here == Kind::map ? 1 : -std::size_t{1};
    }
    return at;
  }
  [[nodiscard]] constexpr Type part(std::size_t at) const {
    Type type{inner[at], {}};
    const std::size_t end = end_of(at);
    for (std::size_t i = at + 1; i < end; ++i) type.inner[i - at - 1] = inner[i];
    return type;
  }
  [[nodiscard]] constexpr std::size_t parts() const {
    if (kind == Kind::list) return 1 + end_of(0);
    return kind == Kind::map ? 1 + end_of(end_of(0)) : 1;
  }
  /// A map's key leaves room for its value.
  constexpr void append(const Type& type, std::size_t at) {
    const std::size_t room = kMaximumParts - at - (kind == Kind::map && at == 0 ? 1 : 0);
    if (type.parts() > room) {
      inner[at] = Kind::dyn;
      return;
    }
    inner[at] = type.kind;
    for (std::size_t i = 1; i < type.parts(); ++i) inner[at + i] = type.inner[i - 1];
  }
};

/// Could a value of one type equal one of the other? True where dyn or the empty literals leave it open.
bool compatible(const Type& a, const Type& b);
/// The type of a list's element when it may be either: the same, or dyn where they differ.
Type joined(const Type& a, const Type& b);
/// The kinds that have a column (register.h) beside lists of them.
constexpr bool is_scalar(Kind kind) {
  return kind == Kind::boolean || kind == Kind::integer || kind == Kind::uinteger || kind == Kind::real ||
         kind == Kind::string || kind == Kind::timestamp || kind == Kind::duration;
}
constexpr bool is_number(Kind kind) { return kind == Kind::integer || kind == Kind::uinteger || kind == Kind::real; }

/// The name of a type as a value: "int", "null_type", "google.protobuf.Timestamp" …
std::string_view type_name(Kind kind);

}  // namespace tally::cel
