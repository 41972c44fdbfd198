// ReplicaCount: whether a server shows the very entries that a replica holds after its changes. Inner to this library.
//
//   const ReplicaCount counted = ReplicaCount::make(context, feed, replica);
//   if (counted.failed()) …        // could not be counted: no agreement
//   else if (!counted.agrees()) …  // counted.in_words()
//
// Counted as after a full read (count_again() of probe.h), but with the key of each entry, which costs a server no
// more: so one that went and one that came do not make up for each other. A feed that compared all keys anyway has
// counted. What it cannot see: an entry that changed and kept its key.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/directory/change_feed.h"

namespace tally::directory {

struct ReplicaCount {
  Count count;
  std::uint64_t held = 0;     ///< entries of the replica
  std::uint64_t strange = 0;  ///< shown by the server and not in the replica
  std::uint64_t missing = 0;  ///< in the replica and not shown by the server
  std::string how;            ///< for Coverage::counted_by

  static ReplicaCount make(const FeedContext& context, const ChangeFeed& feed, const Replica& replica);

  [[nodiscard]] bool failed() const { return !count.gaps.empty(); }
  [[nodiscard]] bool agrees() const { return !failed() && count.entries == held && strange == 0 && missing == 0; }
  [[nodiscard]] std::string in_words() const;
};

}  // namespace tally::directory
