#include "policy/cel/value.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "policy/base/assert.h"

namespace tally::cel {
namespace {

int key_class(const Value& key) {
  if (key.kind() == Kind::boolean) return 0;
  return key.kind() == Kind::string ? 2 : 1;
}

/// A whole number as a double, rounded where it has more than 53 bits: cel-spec's conformance tests compare so
/// (comparisons, "lossy_double").
double rounded(const Value& whole) {
  return whole.kind() == Kind::integer ? static_cast<double>(whole.as<std::int64_t>())
                                       : static_cast<double>(whole.as<std::uint64_t>());
}

/// The whole number that a double is, exactly; nothing for a fraction and beyond 64 bits.
std::optional<Value> exact_whole(double real) {
  if (real != std::trunc(real) || real < -0x1p63 || real >= 0x1p64) return std::nullopt;
  return real < 0 ? Value::integer(static_cast<std::int64_t>(real)) : Value::uinteger(static_cast<std::uint64_t>(real));
}

std::partial_ordering reversed(std::partial_ordering order) { return 0 <=> order; }

}  // namespace

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    if (a.kind() == Kind::integer) return a.as<std::int64_t>() <=> b.as<std::int64_t>();
    if (a.kind() == Kind::uinteger) return a.as<std::uint64_t>() <=> b.as<std::uint64_t>();
    return a.as<double>() <=> b.as<double>();
  }
  if (a.kind() == Kind::real) return reversed(compare_numbers(b, a));
  if (b.kind() == Kind::real) return rounded(a) <=> b.as<double>();
  if (a.kind() == Kind::uinteger) return reversed(compare_numbers(b, a));
  if (a.as<std::int64_t>() < 0) return std::partial_ordering::less;
  return static_cast<std::uint64_t>(a.as<std::int64_t>()) <=> b.as<std::uint64_t>();
}

bool is_key(const Value& value) {
  const Kind kind = value.kind();
  return kind == Kind::boolean || kind == Kind::integer || kind == Kind::uinteger || kind == Kind::string;
}

std::weak_ordering compare_keys(const Value& a, const Value& b) {
  if (const auto order = key_class(a) <=> key_class(b); order != 0) return order;
  switch (key_class(a)) {
    case 0: return a.as<bool>() <=> b.as<bool>();
    case 2: return a.as<std::string>() <=> b.as<std::string>();
    default: break;
  }
  const std::partial_ordering order = compare_numbers(a, b);
  return order < 0   ? std::weak_ordering::less
         : order > 0 ? std::weak_ordering::greater
                     : std::weak_ordering::equivalent;
}

const Value* find_key(const Value::Map& map, const Value& key) {
  if (key.kind() == Kind::real) {
    const auto whole = exact_whole(key.as<double>());
    return whole ? find_key(map, *whole) : nullptr;
  }
  if (!is_key(key)) return nullptr;
  const auto found = std::lower_bound(map.begin(), map.end(), key, [](const auto& entry, const Value& wanted) {
    return compare_keys(entry.first, wanted) < 0;
  });
  return found == map.end() || compare_keys(found->first, key) != 0 ? nullptr : &found->second;
}

Value Value::list(Kind element, List values) {
  for (const Value& value : values) TALLY_ASSERT(value.kind() == element);
  return {Type::list_of(element), std::make_shared<const List>(std::move(values))};
}

Value Value::list(List values) {
  Type element = Type::of(Kind::nothing);
  for (const Value& value : values) element = joined(element, value.type());
  return {Type::list_of(element), std::make_shared<const List>(std::move(values))};
}

Value Value::texts(const std::vector<std::string>& values) {
  List list;
  for (const std::string& text : values) list.push_back(Value::text(text));
  return Value::list(Kind::string, std::move(list));
}

tl::expected<Value, std::string> Value::map(Map values) {
  Type key = Type::of(Kind::nothing), value = key;
  for (const auto& [k, v] : values) {
    if (!is_key(k))
      return tl::unexpected("unsupported key type: a key is a bool, int, uint or string, not a " + k.type().name());
    key = joined(key, k.type());
    value = joined(value, v.type());
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return compare_keys(a.first, b.first) < 0; });
  const auto twice = std::adjacent_find(
      values.begin(), values.end(), [](const auto& a, const auto& b) { return compare_keys(a.first, b.first) == 0; });
  if (twice != values.end()) return tl::unexpected(std::string("repeated key: a map has each key once"));
  return Value{Type::map_of(key, value), std::make_shared<const Map>(std::move(values))};
}

}  // namespace tally::cel
