// Own-rights check: what our reading of access rules says that the account that reads may write, beside the server's
// own word (effective_rights.h). Where the two differ, our reading is doubtful, for others too.
//
//   OwnRightsCheck check = check_own_rights(session, me, questions, {rules, any_connection}, patience);
//   for (const std::string& power : check.powers) …          // what the server grants and our reading does not see
//
// One request for each entry, kMaxChecked at most: first those of which our reading cannot tell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {

struct OwnRightsCheck {
  std::vector<std::string> powers;  ///< sentences with the entry, only such as our reading does not see
  std::string doubt;                ///< why our reading is doubtful, without names of entries; empty: no difference
  std::string not_made;             ///< why the server told nothing at all; empty: it did
  std::size_t entries = 0;          ///< of which the server told
};

/// Our reading.
struct OwnRules {
  std::function<Permission(const Requester&, const Target&, std::string_view attribute)> of;
  bool any_connection = false;   ///< some rule asks for the address, the time or the encryption: counted as fulfilled
  bool groups_were_read = true;  ///< else rights of groups are not in our reading
};

/// Entries that the server is asked about, and of those that our reading is sure of, of one kind.
inline constexpr std::size_t kMaxChecked = 50, kMaxSureOfAKind = 10;

/// Of several questions of one kind about one entry the first counts.
OwnRightsCheck check_own_rights(Session& session, const Requester& me,
                                const std::vector<PowerReading::EntryQuestion>& questions, const OwnRules& rules,
                                const Patience& patience);

}  // namespace tally::directory
