// Projection: one entry of the log into the tables of the store. Called inside a transaction.
#pragma once

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/receipt.h"

namespace tally::store {

/// Kind `malformed` when the entry cannot be decoded, `corrupt` when it speaks of a finding that was never opened.
base::Result<void> project_entry(Database& database, const model::RecordedEntry& entry);

}  // namespace tally::store
