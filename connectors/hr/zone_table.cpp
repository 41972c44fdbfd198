#include "connectors/hr/zone_table.h"

#include <limits>

namespace tally::hr {

ZoneTable::ZoneTable(std::string_view feed_zone, const std::map<std::string, std::string>& zone_of_location) {
  if (!feed_zone.empty()) feed_ = find(feed_zone).value_or(kNone);
  for (const auto& [location, zone] : zone_of_location) by_location_.emplace(location, find(zone).value_or(kNone));
}

std::optional<ZoneTable::Index> ZoneTable::of_row(std::string_view zone_name, std::string_view location) {
  if (!zone_name.empty()) return find(zone_name);
  if (!location.empty()) {
    if (const auto known = by_location_.find(location); known != by_location_.end()) return known->second;
  }
  return feed_;
}

std::string_view ZoneTable::name(Index index) const { return names_[index]; }

std::optional<ZoneTable::Index> ZoneTable::find(std::string_view name) {
  if (const auto known = by_name_.find(name); known != by_name_.end()) return known->second;
  const base::Zone zone = base::find_zone(name);
  if (zone == nullptr || zones_.size() > std::numeric_limits<Index>::max()) return std::nullopt;
  const auto index = static_cast<Index>(zones_.size());
  zones_.push_back(zone);
  names_.emplace_back(name);
  by_name_.emplace(name, index);
  return index;
}

}  // namespace tally::hr
