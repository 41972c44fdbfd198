// Decisions of people as the store keeps them: their entries as they are, folded in the order of the log when they are
// asked for. Inside this folder only.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/decisions.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// By the entries before `before`.
base::Result<model::Decisions> load_decisions(Database& database,
                                              std::uint64_t before = std::numeric_limits<std::int64_t>::max());

/// Completes what findings_of left as numbers: the exemption, the acknowledgement.
base::Result<void> add_decisions(Database& database, std::vector<model::FindingRecord>& records);

}  // namespace tally::store
