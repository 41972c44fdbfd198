// Split search: one search of a subtree in disjoint parts, on several sessions at the same time.
//
//   const SearchOutcome outcome = split_search(session, open_another, 4, Dialect::openldap, tree, patience, each);
//
// Parts are ranges of the entries' own identifiers, as many as connections: identifiers are spread evenly and never
// change, so that an entry that is renamed or moved meanwhile is in exactly one part. An entry without the identifier
// is in none: the second count (probe.h) asks without parts, and tells.
//
// For a server that finds ranges by an index (OpenLDAP: `index entryUUID eq`, RFC 4530 §2.2; Active Directory has one
// of objectGUID). Even so slapd walks the index from its one end for each part: measured with 113,000 entries, a part
// costs it a tenth of the whole search beside its share. So it is not for servers on one or two processors.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"

namespace tally::directory {

/// The attribute of which ranges are made: entryUUID, objectGUID; empty where the dialect's servers have no such index.
std::string_view identity_for_ranges(Dialect dialect);

/// The filter in disjoint parts that cover every identifier, RFC 4515.
std::vector<std::string> filters_of_parts(std::string_view filter, Dialect dialect, std::uint32_t count);

/// Another session with the same server.
using OpenAnother = std::function<base::Result<Session>()>;

/// Like search(), over `connections` sessions, `first` among them. `each` is never called by two threads at once, and
/// in no order that repeats itself; memory in flight is that of one search. Where a further session cannot be had, it
/// goes on with those that there are, and the notes say so. Digest: of the parts' digests, in their order.
SearchOutcome split_search(Session& first, const OpenAnother& open_another, std::uint32_t connections, Dialect dialect,
                           const Search& whole, const Patience& patience, const EachEntry& each);

}  // namespace tally::directory
