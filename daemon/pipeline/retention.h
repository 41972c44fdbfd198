// Retention: personal values, kept runs and entries that are older than the settings keep them go, as each audit
// begins.
//
//   apply_retention(kept, settings, now);
//
// What is still in force stays, however old: open and exempt findings, leavers who are followed, decisions in force,
// the newest run and those that the next one measures by, and everything of people under a hold. Recorded with counts
// (`retention_applied`). Not an erasure: the wrapping key stays, and backups keep what they hold.
#pragma once

#include <string>
#include <vector>

#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/decisions/retention.h"

namespace tally::pipeline {

/// What is worth telling, in sentences: what was pruned, and which entry keeps more from being pruned.
base::Result<std::vector<std::string>> apply_retention(Kept& kept, const decisions::Retention& keep, base::Instant now);

}  // namespace tally::pipeline
