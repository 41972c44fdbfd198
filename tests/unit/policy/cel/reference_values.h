// The judge's values: boxed and plain, with CEL's equality, order and conversions written from their definitions.
// Shares nothing with the evaluators but the type of 128-bit numbers and the texts of timestamps and durations.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <compare>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "policy/base/utf8.h"
#include "policy/cel/answer.h"
#include "policy/cel/calendar.h"
#include "policy/cel/text.h"
#include "policy/cel/value.h"

namespace tally::cel::test {

/// A reason without its sentence: what kind, and about which fact or expression.
struct Why {
  ReasonKind kind;
  std::string about;
  friend auto operator<=>(const Why&, const Why&) = default;
};

inline std::set<Why> both(const std::set<Why>& a, const std::set<Why>& b) {
  std::set<Why> all = a;
  all.insert(b.begin(), b.end());
  return all;
}

/// Nanoseconds; low > high: never. The ends of 64 bits of microseconds are open.
struct Span {
  Nanoseconds low, high;
  friend bool operator==(const Span&, const Span&) = default;
  [[nodiscard]] bool never() const { return low > high; }
};
struct Octets {
  std::string bytes;
  friend bool operator==(const Octets&, const Octets&) = default;
};
struct TypeWord {
  std::string name;
  friend bool operator==(const TypeWord&, const TypeWord&) = default;
};
struct Cell;
struct Entries {
  std::vector<Cell> keys, values;
};

/// A value of one row; not known when `why` is not empty.
struct Cell {
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Span, Octets, TypeWord,
               std::vector<Cell>, Entries>
      data;
  std::set<Why> why = {};
  bool timestamp = false;  ///< of a Span: a timestamp, else a duration
  [[nodiscard]] bool known() const { return why.empty(); }
  template <class T>
  [[nodiscard]] const T* get() const {
    return known() ? std::get_if<T>(&data) : nullptr;
  }
  [[nodiscard]] bool number() const {
    return get<std::int64_t>() != nullptr || get<std::uint64_t>() != nullptr || get<double>() != nullptr;
  }
};

inline Cell boxed(const Value& value) {
  Cell cell;
  switch (value.kind()) {
    case Kind::boolean: cell.data = value.as<bool>(); break;
    case Kind::integer: cell.data = value.as<std::int64_t>(); break;
    case Kind::uinteger: cell.data = value.as<std::uint64_t>(); break;
    case Kind::real: cell.data = value.as<double>(); break;
    case Kind::string: cell.data = value.as<std::string>(); break;
    case Kind::bytes: cell.data = Octets{value.as<Value::Bytes>().octets}; break;
    case Kind::timestamp:
    case Kind::duration:
      cell.data = Span{value.times().low, value.times().high};
      cell.timestamp = value.kind() == Kind::timestamp;
      break;
    case Kind::type: cell.data = TypeWord{std::string(type_name(value.as<Kind>()))}; break;
    case Kind::list: {
      std::vector<Cell> elements;
      for (const Value& element : value.as<Value::List>()) elements.push_back(boxed(element));
      cell.data = std::move(elements);
      break;
    }
    case Kind::map: {
      Entries entries;
      for (const auto& [key, held] : value.as<Value::Map>()) {
        entries.keys.push_back(boxed(key));
        entries.values.push_back(boxed(held));
      }
      cell.data = std::move(entries);
      break;
    }
    default: break;
  }
  return cell;
}

/// The order of two numbers, exactly: 64 bits of mantissa hold every whole number of 64 bits and every double.
inline std::partial_ordering exact_order(const Cell& a, const Cell& b) {
  const auto exact = [](const Cell& cell) {
    if (const auto* whole = cell.get<std::int64_t>()) return static_cast<long double>(*whole);
    if (const auto* whole = cell.get<std::uint64_t>()) return static_cast<long double>(*whole);
    return static_cast<long double>(*cell.get<double>());
  };
  return exact(a) <=> exact(b);
}
/// Beside a double a whole number is rounded to one (cel-spec's conformance tests, "lossy_double").
inline std::partial_ordering order_of_numbers(const Cell& a, const Cell& b) {
  const auto *x = a.get<double>(), *y = b.get<double>();
  if (x == nullptr && y == nullptr) return exact_order(a, b);
  const auto rounded = [](const Cell& cell) {
    if (const auto* whole = cell.get<std::int64_t>()) return static_cast<double>(*whole);
    if (const auto* whole = cell.get<std::uint64_t>()) return static_cast<double>(*whole);
    return *cell.get<double>();
  };
  return rounded(a) <=> rounded(b);
}

/// The kind of a value as type() names it.
inline std::string type_word(const Cell& cell) {
  static const char* const kWords[] = {"null_type", "bool",  "int",  "uint", "double", "string",
                                       "",          "bytes", "type", "list", "map"};
  if (cell.data.index() == 6) return cell.timestamp ? "google.protobuf.Timestamp" : "google.protobuf.Duration";
  return kWords[cell.data.index()];
}

/// The same value of the same type, to the last bound; nothing unknown in it.
inline bool same(const Cell& a, const Cell& b) {
  if (!a.known() || !b.known() || a.data.index() != b.data.index() || a.timestamp != b.timestamp) return false;
  if (const auto* list = a.get<std::vector<Cell>>()) {
    const auto& other = *b.get<std::vector<Cell>>();
    for (std::size_t i = 0; i < std::max(list->size(), other.size()); ++i) {
      if (i >= list->size() || i >= other.size() || !same((*list)[i], other[i])) return false;
    }
    return true;
  }
  if (const auto* map = a.get<Entries>()) {
    const Entries& other = *b.get<Entries>();
    return same(Cell{map->keys}, Cell{other.keys}) && same(Cell{map->values}, Cell{other.values});
  }
  return std::visit(
      [](const auto& x, const auto& y) {
        using X = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<X, std::decay_t<decltype(y)>> && !std::is_same_v<X, std::vector<Cell>> &&
                      !std::is_same_v<X, Entries>)
          return x == y;
        else
          return false;
      },
      a.data, b.data);
}

/// Bools before numbers by value before texts: how a map keeps its keys.
inline bool key_before(const Cell& a, const Cell& b) {
  const auto rank = [](const Cell& key) { return key.get<bool>() != nullptr ? 0 : key.number() ? 1 : 2; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) == 0) return *a.get<bool>() < *b.get<bool>();
  return rank(a) == 1 ? order_of_numbers(a, b) < 0 : *a.get<std::string>() < *b.get<std::string>();
}
inline bool is_key(const Cell& cell) {
  return cell.get<bool>() != nullptr || cell.get<std::int64_t>() != nullptr || cell.get<std::uint64_t>() != nullptr ||
         cell.get<std::string>() != nullptr;
}
inline const Cell* find(const Entries& map, const Cell& key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const Cell& held = map.keys[i];
    if (held.number() && key.number() ? exact_order(held, key) == 0 : same(held, key)) return &map.values[i];
  }
  return nullptr;
}
/// Nothing for a key of a wrong type or one that is there twice.
inline std::optional<Cell> make_map(const std::vector<Cell>& keys, const std::vector<Cell>& values) {
  Entries map;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!is_key(keys[i]) || find(map, keys[i]) != nullptr) return std::nullopt;
    std::size_t at = 0;
    while (at < map.keys.size() && key_before(map.keys[at], keys[i])) ++at;
    map.keys.insert(map.keys.begin() + static_cast<std::ptrdiff_t>(at), keys[i]);
    map.values.insert(map.values.begin() + static_cast<std::ptrdiff_t>(at), values[i]);
  }
  return Cell{map};
}

}  // namespace tally::cel::test
