// Since when sources have not been completely seen, from the runs before the one that is reported.
#pragma once

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// For each of report.sources that is not complete. `entry` is that of the end of the report's run.
base::Result<void> load_incomplete(Database& database, std::int64_t entry, model::RunReport& report);

}  // namespace tally::store
