// Deleted owners: whose accounts were that are no more.
//
//   links.deleted_of = owners_of_deleted(snapshot, settings, decisions, &previous);
//
// By the same rules as accounts that are there; where they find nobody, for little is kept of a deleted account, by
// what earlier runs linked it to while it was there. Inner to this library.
#pragma once

#include "policy/correlation/history.h"

namespace tally::correlation {

/// By person, ascending; no rows when the snapshot has no deleted accounts. `before` may be null.
model::SparseRows<model::DeletedId> owners_of_deleted(const model::Snapshot& snapshot, const Settings& settings,
                                                      std::span<const model::LinkDecision> decisions,
                                                      const PreviousLinks* before);

}  // namespace tally::correlation
