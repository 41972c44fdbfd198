#include "connectors/directory/last_logons.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {

using model::TimeFact;
using model::TimeState;

LastLogons::LastLogons(model::Harvest& harvest, base::Instant collected_at)
    : harvest_(harvest), collected_at_(collected_at), rows_(harvest.accounts.size()) {
  by_id_.reserve(rows_.size());
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto id = harvest.text.view(harvest.accounts.native_id[row]);
    if (!id.empty()) by_id_.emplace(id, row);
  }
}

void LastLogons::take(const Entry& entry) {
  const auto written = entry.first("objectGUID");
  const auto id = written ? guid_text(*written) : std::nullopt;
  const auto found = id ? by_id_.find(*id) : by_id_.end();
  if (found == by_id_.end()) return;
  Row& row = rows_[found->second];
  if (row.last != controllers_) ++row.controllers;
  row.last = controllers_;
  const auto value = entry.first("lastLogon");
  if (!value) return;
  const auto steps = large_integer(*value);
  const auto at = steps ? filetime(*steps) : std::nullopt;
  row.shown = true;
  if (at)
    row.latest = std::max(row.latest.value_or(*at), *at);
  else if (steps != 0)
    row.damaged = true;
}

void LastLogons::tell(std::optional<base::Instant> quiet_since) {
  auto& facts = harvest_.accounts.last_sign_in;
  for (std::size_t row = 0; row < rows_.size(); ++row) facts[row] = with(facts[row], rows_[row], quiet_since);
}

TimeFact LastLogons::with(const TimeFact& before, const Row& row, std::optional<base::Instant> quiet_since) {
  const bool known = before.state == TimeState::known;
  if (!known && !row.latest) return before;  // never, or unknown: no domain controller says otherwise
  base::Instant earliest = row.latest.value_or(base::kBeginningOfTime);
  if (known) earliest = std::max(earliest, before.bounds.earliest);
  const bool all = quiet_since && row.shown && !row.damaged && row.controllers == controllers_;
  // What could not be read before may have been later than any lastLogon.
  if (all && before.state != TimeState::unknown) {
    return TimeFact::known({earliest, std::max(earliest, *quiet_since)},
                           harvest_.text.intern(fmt::format("lastLogon of all {} domain controllers", controllers_)));
  }
  if (known && earliest == before.bounds.earliest) return before;
  const bool within = known && earliest <= before.bounds.latest;
  return TimeFact::known({earliest, std::max(earliest, within ? before.bounds.latest : collected_at_)},
                         harvest_.text.intern(fmt::format(
                             "lastLogon of {} domain controllers; there may have been later ones", controllers_)));
}

}  // namespace tally::directory
