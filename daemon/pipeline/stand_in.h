// Standing in: an HR feed that cannot be believed, or could not be read, does not leave the audit without people. The
// records of the last run that saw it completely stay in force, and everything that tells them from today's says so.
//
//   stand_in(audit, before, harvests);        // after the envelope, before anything is recorded
//
// What had happened then still has: whoever had left is a leaver. What may have happened since is not known: nobody is
// cleared of having left, and nobody becomes an orphan (the source counts as partly seen).
#pragma once

#include <vector>

#include "daemon/pipeline/record.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// Leaves a quarantined harvest as it is when no earlier one is kept.
void stand_in(const Audit& audit, const Before& before, std::vector<model::Harvest>& harvests);

}  // namespace tally::pipeline
