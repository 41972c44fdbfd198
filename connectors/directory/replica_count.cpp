#include "connectors/directory/replica_count.h"

#include <fmt/format.h>

#include <unordered_set>

namespace tally::directory {

ReplicaCount ReplicaCount::make(const FeedContext& c, const ChangeFeed& feed, const Replica& replica) {
  ReplicaCount out;
  out.held = replica.size();
  if (const auto counted = feed.counted()) {
    out.count.entries = *counted;
    out.how = fmt::format("the {} of all entries, compared", feed.key_attribute());
    return out;
  }
  out.how = fmt::format("a second search with the filter negated twice and other pages, compared by {}",
                        feed.key_attribute());
  std::unordered_set<EntryKey, EntryKeyHash> shown;
  shown.reserve(replica.size());
  out.count = count_again(c.session, c.options, c.profile.query(), c.bases, c.patience, feed.key_attribute(),
                          [&](const Entry& entry) {
                            const auto key = feed.key_of(entry);
                            if (!key || replica.find(*key) == nullptr)
                              ++out.strange;
                            else
                              shown.insert(*key);
                          });
  out.missing = out.held - shown.size();
  return out;
}

std::string ReplicaCount::in_words() const {
  return fmt::format(
      "the replica has {} entries after all that the server told, and the server shows {} ({} of them are "
      "not in the replica, {} of the replica are not shown)",
      held, count.entries, strange, missing);
}

}  // namespace tally::directory
