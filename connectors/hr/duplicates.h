// One employee id in several rows: settled so that one person is left, and both sides are named.
//
// Rows that agree on every mapped fact are one person, and a reject names the lines. Rows of one name whose employments
// certainly follow one another, the last one begun, are somebody who came back: the last one counts, and it knows when
// the one before ended. Other rows that disagree are one person with a doubt: which row is right is not ours to guess,
// so no rule may use any of them.
#pragma once

#include <string>

#include "policy/model/snapshot.h"

namespace tally::hr {

/// One row of each id stays, the first one but for those who came back by `now`. `id_column` is its column's name for
/// the rejects.
void settle_duplicates(model::Harvest& harvest, const std::string& id_column, base::Instant now);

}  // namespace tally::hr
