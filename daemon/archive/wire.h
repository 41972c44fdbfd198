// Wire: how one value of a column lies in an archive. Fixed sizes, little-endian, no padding.
//
//   Wire<model::TimeFact>::put(fact, bytes);              // kBytes bytes
//   bool fits = Wire<model::GroupId>::get(bytes, limits, group);
//
// Reading believes nothing: an id beyond its table, or a number that an enumeration does not have, does not fit. Inner
// to this library. A column of a new type needs one more of these, and does not compile without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "policy/model/account.h"
#include "policy/model/control.h"
#include "policy/model/person.h"

namespace tally::archive {

/// How far the ids of a snapshot may go: the sizes of its tables.
struct Limits {
  std::size_t texts = 0, sources = 0, people = 0, accounts = 0, groups = 0;
};

inline std::size_t limit_of(const Limits& limits, base::TextId) { return limits.texts; }
inline std::size_t limit_of(const Limits& limits, model::SourceId) { return limits.sources; }
inline std::size_t limit_of(const Limits& limits, model::PersonId) { return limits.people; }
inline std::size_t limit_of(const Limits& limits, model::AccountId) { return limits.accounts; }
inline std::size_t limit_of(const Limits& limits, model::GroupId) { return limits.groups; }

inline constexpr auto last_of(model::Truth) { return model::Truth::unknown; }
inline constexpr auto last_of(model::TimeState) { return model::TimeState::known; }
inline constexpr auto last_of(model::Employment) { return model::Employment::left; }
inline constexpr auto last_of(model::AccountKind) { return model::AccountKind::trust; }
inline constexpr auto last_of(model::Tier) { return model::Tier::tier0; }
inline constexpr auto last_of(model::ControlledKind) { return model::ControlledKind::certificates; }

/// An end of time, or in a year that a source can have given: a day of the year 9999 ends in 10,000. Others would lead
/// out of 64 bits where they are added and subtracted.
constexpr bool is_moment(base::Instant t) {
  constexpr base::Instant kFirst = date::sys_days{date::year{-1} / 1 / 1};
  constexpr base::Instant kLast = date::sys_days{date::year{10'001} / 1 / 1};
  return t == base::kBeginningOfTime || t == base::kEndOfTime || (kFirst <= t && t <= kLast);
}

template <class Value>
struct Wire;

template <class Value>
requires std::is_integral_v<Value>
struct Wire<Value> {
  using Bits = std::make_unsigned_t<Value>;
  static constexpr std::size_t kBytes = sizeof(Value);
  static void put(Value value, char* to) {
    auto bits = static_cast<std::uint64_t>(static_cast<Bits>(value));
    for (std::size_t i = 0; i < kBytes; ++i, bits >>= 8U) to[i] = static_cast<char>(bits & 0xFFU);
  }
  static bool get(const char* from, const Limits&, Value& value) {
    std::uint64_t bits = 0;
    for (std::size_t i = kBytes; i-- > 0;) bits = bits << 8U | static_cast<std::uint8_t>(from[i]);
    value = static_cast<Value>(static_cast<Bits>(bits));
    return true;
  }
};

template <class Value>
requires std::is_enum_v<Value>
struct Wire<Value> {
  using Number = std::underlying_type_t<Value>;
  static constexpr std::size_t kBytes = sizeof(Number);
  static void put(Value value, char* to) { Wire<Number>::put(static_cast<Number>(value), to); }
  static bool get(const char* from, const Limits& limits, Value& value) {
    Number number{};
    Wire<Number>::get(from, limits, number);
    value = static_cast<Value>(number);
    return number <= static_cast<Number>(last_of(Value{}));
  }
};

/// An id is its index plus one, so that the id of nothing is zero.
template <class Tag>
struct Wire<base::Id<Tag>> {
  static constexpr std::size_t kBytes = 4;
  static void put(base::Id<Tag> id, char* to) { Wire<std::uint32_t>::put(id.valid() ? id.index() + 1 : 0, to); }
  static bool get(const char* from, const Limits& limits, base::Id<Tag>& id) {
    std::uint32_t number = 0;
    Wire<std::uint32_t>::get(from, limits, number);
    if (number == 0) {
      id = {};
      return true;
    }
    id = base::Id<Tag>(number - 1);
    return number - 1 < limit_of(limits, id);
  }
};

template <>
struct Wire<model::BoolFact> {
  static constexpr std::size_t kBytes = Wire<model::Truth>::kBytes + Wire<base::TextId>::kBytes;
  static void put(const model::BoolFact& fact, char* to) {
    Wire<model::Truth>::put(fact.value, to);
    Wire<base::TextId>::put(fact.basis, to + 1);
  }
  static bool get(const char* from, const Limits& limits, model::BoolFact& fact) {
    return Wire<model::Truth>::get(from, limits, fact.value) && Wire<base::TextId>::get(from + 1, limits, fact.basis);
  }
};

template <>
struct Wire<base::Instant> {
  static constexpr std::size_t kBytes = 8;
  static void put(base::Instant value, char* to) { Wire<std::int64_t>::put(value.time_since_epoch().count(), to); }
  static bool get(const char* from, const Limits& limits, base::Instant& value) {
    std::int64_t count = 0;
    Wire<std::int64_t>::get(from, limits, count);
    value = base::Instant(base::Duration(count));
    return is_moment(value);
  }
};

template <>
struct Wire<model::TimeFact> {
  static constexpr std::size_t kBytes = 8 + 8 + 1 + 4;
  static void put(const model::TimeFact& fact, char* to) {
    Wire<base::Instant>::put(fact.bounds.earliest, to);
    Wire<base::Instant>::put(fact.bounds.latest, to + 8);
    Wire<model::TimeState>::put(fact.state, to + 16);
    Wire<base::TextId>::put(fact.basis, to + 17);
  }
  static bool get(const char* from, const Limits& limits, model::TimeFact& fact) {
    return Wire<base::Instant>::get(from, limits, fact.bounds.earliest) &&
           Wire<base::Instant>::get(from + 8, limits, fact.bounds.latest) &&
           Wire<model::TimeState>::get(from + 16, limits, fact.state) &&
           Wire<base::TextId>::get(from + 17, limits, fact.basis) && fact.bounds.earliest <= fact.bounds.latest;
  }
};

}  // namespace tally::archive
