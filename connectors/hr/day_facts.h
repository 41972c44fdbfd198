// DayFacts: the moment that a first or last day means, and its evidence, worked out once for each day and zone.
//
//   DayFacts last_days("last_day", &base::end_of_day);
//   model::TimeFact fact = last_days.known(day, "2026-03-31", zone, zones, text);   // last_day=2026-03-31
//   (Europe/Berlin)
//
// A feed of a million people has some ten thousand days; zone arithmetic and interning for each row would cost more
// than all the parsing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/hr/zone_table.h"
#include "policy/base/text.h"
#include "policy/base/time.h"
#include "policy/model/fact.h"

namespace tally::hr {

class DayFacts {
 public:
  using Moment = base::Bounds (*)(base::LocalDate, base::Zone);

  DayFacts(std::string column, Moment moment);

  /// `written` is the day as the file has it: the same day is always written alike.
  [[nodiscard]] model::TimeFact known(base::LocalDate day, std::string_view written, ZoneTable::Index zone,
                                      const ZoneTable& zones, base::TextPool& text);

 private:
  struct Slot {
    base::LocalDate day;
    ZoneTable::Index zone = 0;
    bool used = false;
    model::TimeFact fact;
  };
  static constexpr std::size_t kSlots = std::size_t{1} << 14;  ///< 44 years of days in one zone without a collision

  std::string column_;
  Moment moment_;
  std::vector<Slot> slots_;
};

}  // namespace tally::hr
