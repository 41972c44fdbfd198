// Lapses: audits that should have been and were not, for the report of the run after them. Inside this folder only.
#pragma once

#include <cstdint>

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// Those recorded between the finished run before the one that ends with `entry` and that entry.
base::Result<void> load_lapses(Database& database, std::int64_t entry, model::RunReport& report);

}  // namespace tally::store
