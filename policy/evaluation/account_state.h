// What several kinds of facts ask about one account: does it work, has it power. Three-valued; the reasons are with the
// facts (account_facts.h). Inner to this library.
#pragma once

#include <cstddef>

#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

/// The moment itself is over: from `expires` on nobody gets in (MS-ADA1 2.8, accountExpires).
model::Truth is_expired(const model::Snapshot& snapshot, std::size_t account);
/// Enabled and not expired; no when one of the two says so, whatever the other.
model::Truth is_usable(const model::Snapshot& snapshot, std::size_t account);
/// In effect in a group of tier 0 or 1.
model::Truth is_privileged(const Inputs& inputs, std::size_t account);

}  // namespace tally::evaluation
