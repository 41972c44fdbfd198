// Findings as the store keeps them, for the reports of runs. Inside this folder only.
#pragma once

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// The open and the exempt ones, and those that the run of the report resolved.
base::Result<void> load_findings(Database& database, model::RunReport& report);

}  // namespace tally::store
