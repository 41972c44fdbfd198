// How long leavers kept their access, from findings as they were opened and fixed. Inner to this library.
#pragma once

#include <vector>

#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/revocation.h"

namespace tally::store {

/// Of leavers whose access is still there, or was gone within RunReport::kRevocationsFor before `as_of`.
base::Result<std::vector<model::Revocation>> load_revocations(Database& database, base::Instant as_of);

}  // namespace tally::store
