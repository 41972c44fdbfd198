// Lapses: audits that should have been and were not, for the reports of the runs around them. Inside this folder only.
#pragma once

#include <cstdint>

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// Those recorded since the finished run before the one that ends with `entry`, up to now.
base::Result<void> load_lapses(Database& database, std::int64_t entry, model::RunReport& report);

}  // namespace tally::store
