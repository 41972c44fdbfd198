// When an account that does not work ceased to, as far as its directory tells of its own past.
//
//   base::Bounds end = account_ended(snapshot, account, is_expired(snapshot, row) == Truth::yes);
//   base::Bounds end = deleted_account_ended(snapshot, deleted);
//
// Not after the switch was turned, where that is told, nor after the entry last changed, nor, of one that expired,
// after the later of that and the expiry; not before the newest sign-in, for it worked then. Inner to this library.
#pragma once

#include <algorithm>

#include "policy/model/snapshot.h"

namespace tally::evaluation {

inline constexpr base::Bounds kAnyTime{base::kBeginningOfTime, base::kEndOfTime};

/// When the later of the two was.
inline base::Bounds later(const base::Bounds& a, const base::Bounds& b) {
  return {std::max(a.earliest, b.earliest), std::max(a.latest, b.latest)};
}

/// Of one that was off from the first: not after it was made.
base::Bounds account_ended(const model::Snapshot& snapshot, model::AccountId account, bool expired);

/// Of one that is no more: not after it was deleted; just then, where it is known to have worked until then.
base::Bounds deleted_account_ended(const model::Snapshot& snapshot, model::DeletedId account);

}  // namespace tally::evaluation
