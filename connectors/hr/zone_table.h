// ZoneTable: the time zone of a row, as a small number: its own, else that of its location, else the feed's, else none.
//
//   std::optional<ZoneTable::Index> zone = zones.of_row("Europe/Berlin", "Munich");
//   base::end_of_day(day, zones.zone(*zone));
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/base/time.h"

namespace tally::hr {

/// Lets maps of std::string be asked with a view.
struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using WordMap = std::unordered_map<std::string, Value, ViewHash, std::equal_to<>>;

class ZoneTable {
 public:
  using Index = std::uint16_t;
  static constexpr Index kNone = 0;  ///< no zone is known: days are 26 hours wide

  /// Names that the tz database does not have count as none; `problems` of the options tells them before.
  ZoneTable(std::string_view feed_zone, const std::map<std::string, std::string>& zone_of_location);

  /// Both texts trimmed, either may be empty. nullopt: `zone_name` is not empty and no zone.
  [[nodiscard]] std::optional<Index> of_row(std::string_view zone_name, std::string_view location);
  [[nodiscard]] base::Zone zone(Index index) const { return zones_[index]; }
  /// "Europe/Berlin", or "no time zone".
  [[nodiscard]] std::string_view name(Index index) const;

 private:
  std::optional<Index> find(std::string_view name);

  std::vector<base::Zone> zones_{nullptr};
  std::vector<std::string> names_{"no time zone"};
  WordMap<Index> by_name_;
  WordMap<Index> by_location_;
  Index feed_ = kNone;
};

}  // namespace tally::hr
