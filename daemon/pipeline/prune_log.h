// Pruning the log: entries that are older than the settings keep them go, from its beginning, 256 at a time, up to the
// first that is still needed. Their hashes stay (docs/spec/ledger.md, "Pruning").
//
//   auto sentence = prune_log(kept, settings, in_force, now);    // "Pruned: entries 256 to 4095, … Entry 4102 …"
//   finish_pruning(kept);                                        // at the start: what a crash left
//
// The log's one writer removes the bundles, after the entry `log_pruned` is published; here go the personal values and
// the store's rows. Either can be done again. Not a retention of values alone: retention.h, which has run before.
#pragma once

#include <string>

#include "daemon/pipeline/in_force.h"
#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/decisions/retention.h"

namespace tally::pipeline {

/// What was done, and which entry keeps the rest; empty when nothing is old enough. A writer that refuses is told, no
/// failure: its own settings may keep entries longer. The log is published, the store is up to it.
base::Result<std::string> prune_log(Kept& kept, const decisions::Retention& keep, const InForce& in_force,
                                    base::Instant now);

/// Takes from the personal values and from the store what the log does not have any more.
base::Result<void> finish_pruning(Kept& kept);

}  // namespace tally::pipeline
