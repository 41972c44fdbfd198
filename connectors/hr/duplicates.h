// One employee id in several rows: settled so that one person is left, and both sides are named.
//
// Rows that agree on every mapped fact are one person, and a reject names the lines. Rows that disagree (also the old
// and the new contract of somebody who came back) are one person with a doubt: which row is right is not ours to guess,
// so no rule may use any of them.
#pragma once

#include <string>

#include "policy/model/snapshot.h"

namespace tally::hr {

/// The first row of each id stays. `id_column` is its column's name for the rejects.
void settle_duplicates(model::Harvest& harvest, const std::string& id_column);

}  // namespace tally::hr
