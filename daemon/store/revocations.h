// How long leavers kept their access, for the reports of runs. Inner to this library.
#pragma once

#include "daemon/store/store.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// The followed leavers as of the report's run.
base::Result<void> load_revocations(Store& store, model::RunReport& report);

}  // namespace tally::store
