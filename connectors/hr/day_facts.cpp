#include "connectors/hr/day_facts.h"

#include <fmt/format.h>

#include <utility>

namespace tally::hr {

DayFacts::DayFacts(std::string column, Moment moment) : column_(std::move(column)), moment_(moment), slots_(kSlots) {}

model::TimeFact DayFacts::known(base::LocalDate day, std::string_view written, ZoneTable::Index zone,
                                const ZoneTable& zones, base::TextPool& text) {
  constexpr std::size_t kSpread = 0x9E37;  // zones of the same day go to different slots
  const auto days = static_cast<std::size_t>(static_cast<std::int64_t>(day.time_since_epoch().count()));
  Slot& slot = slots_[(days + zone * kSpread) % kSlots];
  if (!slot.used || slot.day != day || slot.zone != zone) {
    const std::string basis = fmt::format("{}={} ({})", column_, written, zones.name(zone));
    slot = {day, zone, true, model::TimeFact::known(moment_(day, zones.zone(zone)), text.intern(basis))};
  }
  return slot.fact;
}

}  // namespace tally::hr
