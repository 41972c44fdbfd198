// Inquiry: what somebody who has no session may ask a server: searches, and the names in its schema.
//
//   Inquiry ask = inquiry_of(session, patience);
//   ask.search(what, [&](const Entry& entry) { … });
//
// A test asks a server of its own making.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"

namespace tally::directory {

struct Inquiry {
  std::function<SearchOutcome(const Search&, const EachEntry&)> search;
  std::function<std::vector<std::string>()> attribute_names;  ///< read_attribute_names()
};

/// Both must outlive it.
Inquiry inquiry_of(Session& session, const Patience& patience);

}  // namespace tally::directory
