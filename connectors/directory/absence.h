// Whether an attribute that an entry does not show is not set, or only hidden by access rules: both look the same in an
// answer.
//
//   prove_absences(session, profile, builder, bases, page_size, patience);   // after the main read, before finish()
//
// A filter item about an attribute that we may not search is Undefined, and so is its negation (RFC 4511 §4.5.1.7): an
// entry that (!(nsAccountLock=*)) finds has no such attribute, and lets us see that. One search for each attribute, of
// the accounts, without attributes. What the server's schema does not have, no entry has. Of an entry that is not
// found, nothing is claimed.
#pragma once

#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

/// Lines for SourceRecord::notes; none when the profile has nothing to prove. What could not be asked stays unproven.
std::vector<std::string> prove_absences(Session& session, Profile& profile, TableBuilder& builder,
                                        const std::vector<std::string>& bases, std::uint32_t page_size,
                                        const Patience& patience);

}  // namespace tally::directory
