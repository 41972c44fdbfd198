// The envelope: a source that shrank too much against its last good run is not believed.
//
//   const EnvelopeLimits limits = envelope_limits(rules);
//   for (model::Harvest& harvest : harvests) apply_envelope(harvest, previous, limits);   // between collect and
//   correlate
//
// "Half the feed is missing" must not read as "half the company left" (pains: keycloak#48781, glpi#984, core#29547).
// From the second run on: the first has nothing to compare with. Shrinking only; a source that grows loses nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/snapshot.h"
#include "policy/rules/rule_set.h"

namespace tally::evaluation {

/// What is known of earlier runs.
struct Previous {
  /// By source name: record_count() of the last run in which the source was completely seen.
  std::map<std::string, std::uint64_t, std::less<>> last_good;

  [[nodiscard]] std::optional<std::uint64_t> records(std::string_view source) const;
};

/// A drop of more than the larger of the two is too much. Defaults: max(1 %, 5 records).
struct EnvelopeLimits {
  std::uint64_t percent = 1;
  std::uint64_t records = 5;
};

/// The limits as the parameters max_drop_percent and max_drop_records of the rule DQ-001 say; the defaults without it.
EnvelopeLimits envelope_limits(const rules::RuleSet& rules);

/// What the envelope counts: rows read of an HR feed, accounts of a directory. Keep it for the next run's Previous when
/// the source was complete.
std::uint64_t record_count(const model::Harvest& harvest);
/// The same for every source of a snapshot, in their order.
std::vector<std::uint64_t> record_counts(const model::Snapshot& snapshot);

/// True when `now` records are too few after `last_good` ones. Exact in integers: a drop of exactly the limit is
/// allowed.
bool too_few(std::uint64_t now, std::uint64_t last_good, const EnvelopeLimits& limits);

/// Lowers the harvest's coverage to doubtful, with Gap::envelope and the numbers, when it has too few records.
void apply_envelope(model::Harvest& harvest, const Previous& previous, const EnvelopeLimits& limits);

}  // namespace tally::evaluation
