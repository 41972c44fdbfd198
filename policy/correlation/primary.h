// Which of a person's accounts in a directory is the main one. Inner to this library.
#pragma once

#include "policy/correlation/correlation.h"

namespace tally::correlation {

/// Fills links.accounts_of, and takes Link::primary from all but one of a person's accounts in each directory: the one
/// of the login that HR knows, without decoration, best linked, with an address, shortest. A persona's account is none.
void gather_accounts_of_people(const model::Snapshot& snapshot, const Settings& settings, Correlation& links);

}  // namespace tally::correlation
