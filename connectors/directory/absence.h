// Whether an attribute that an entry does not show is not set, or only hidden by access rules: both look the same in an
// answer.
//
//   prove_absences(session, profile.absences(builder), bases, page_size, patience);   // after the main read
//
// A filter item about an attribute that we may not search is Undefined, and so is its negation (RFC 4511 §4.5.1.7): an
// entry that (!(nsAccountLock=*)) finds has no such attribute, and lets us see that. What the server's schema does not
// have, no entry has. Of an entry that is not found, nothing is claimed.
//
// One search for each set of attributes that entries lack together, the kMaxSets most frequent; then one for each
// attribute that is open still. Without attributes in the answer; nothing is asked about what all entries show.
// A directory in use changes meanwhile: entries that are open after that are read once more, if they are few. One that
// is gone has none; what it shows now was not there before. KNOWN GAP: a rule of OpenLDAP about single values (val=)
// lets us search the attribute and hides that value: an entry that shows others is taken as it is shown, unless the
// rule can be read (olc_values.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/unshown.h"

namespace tally::directory {

/// Sets of attributes that are asked about in one search each.
inline constexpr std::size_t kMaxSets = 4;

/// Entries in one answer beyond those that were read without the attribute: new ones. A server that sends more is not
/// listened to, and the rest stays open.
inline constexpr std::uint64_t kMaxMoreThanRead = 1'000;
/// More entries than these are not read once more: that is a rule, and no change meanwhile.
inline constexpr std::size_t kMaxReadAgain = 200;

/// Lines for SourceRecord::notes; none when nothing is open. What could not be asked stays open.
std::vector<std::string> prove_absences(Session& session, const std::vector<Absences>& kinds,
                                        const std::vector<std::string>& bases, Scope scope, std::uint32_t page_size,
                                        const Patience& patience);

}  // namespace tally::directory
