// ErasurePlan: what one erasure, or one application of retention, takes, kept in the state folder until it is done. It
// names the person, so it is wiped at the end; only with it can an erasure that a crash cut short be ended.
//
//   save(plan, state); auto plan = load(state); wipe(state);
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/event_erasure.h"
#include "daemon/pipeline/identifiers.h"
#include "policy/base/result.h"

namespace tally::pipeline {

struct ErasurePlan {
  std::string employee_id;
  std::vector<std::string> account_keys, handles, runs;
  std::vector<std::uint64_t> entries;
  Identifiers words;
  ledger::ErasureRequested what;  ///< for the log's last entry about it
  /// Of retention: how many entries of each class; everything else but `runs` and `entries` is empty then.
  std::optional<std::map<std::string, std::uint64_t>> by_class = {};
};

/// Durable when it returns. Mode 0600.
base::Result<void> save(const ErasurePlan& plan, const std::string& state);
/// Nothing when there is none. Kind `corrupt`.
base::Result<std::optional<ErasurePlan>> load_erasure_plan(const std::string& state);
/// Overwritten and removed; none is fine.
base::Result<void> wipe_erasure_plan(const std::string& state);

}  // namespace tally::pipeline
