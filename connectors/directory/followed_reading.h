// FollowedReading: a directory out of its replica and what changed since, or read as a whole when there is any doubt.
// Inner to this library.
//
//   model::Harvest harvest = FollowedReading(options, collection).run();       // options.replica is set
//
// With a replica that fits (same server, same query, same rights), younger than full_read_every: the feed of the
// dialect (change_feed.h) tells what changed, the changes go into the replica, and its entries go the way of a full
// read, through Profile::decode. So the harvest is what a full read would give. What is read beside the entries is
// asked live: base entries, absences, canaries, access log, link metadata, members that nobody saw, access control
// lists. Not done again is what only a full read can do: the look for children that rights hide.
//
// While they do, the server is asked for the keys of all entries that the query finds (replica_count.h). They must be
// those of the replica. If not, all that was taken is forgotten, what changed meanwhile is asked for, and the keys once
// more; then the replica is wrong, and everything is read and compared with it, as below. A count that could not be
// taken lowers the coverage.
//
// Without one, or when anything is unclear: a full read, in the same run, and a note "changes: everything was read,
// because …". It makes the replica anew, if its coverage is complete.
//
// When full_read_every has passed: first the changes, then a full read, then the changes since it began. What then
// differs, and did not change meanwhile, one of the two ways has wrong: the coverage is doubtful, with the number of
// entries and some of them as rejects, and there is no replica until the next run has read everything once more.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/directory/change_feed.h"
#include "connectors/directory/range_reading.h"
#include "connectors/directory/replica_count.h"
#include "connectors/directory/replica_writer.h"
#include "connectors/directory/whole_reading.h"

namespace tally::directory {

class FollowedReading final : public WholeReading {
 public:
  using WholeReading::WholeReading;

 private:
  void read(Session& session) override;
  void each(const Entry& entry) override;
  void each_range(const OpenRange& asked, const Entry& answer) override;

  /// Through changes, if that goes; an error says why not. `old` is then the replica, when there is one to compare
  /// with.
  base::Result<void> follow(Session& session, const ServerState& before, std::optional<Replica>& old);
  base::Result<Replica> open_replica(const FeedContext& context);
  /// Changes into the replica, and its entries taken, until the server shows what it then holds, or disagreed_ says
  /// what not; the state of the feed. The entries are counted on the context's session while they are taken.
  base::Result<std::string> read_changes(Session& session, const FeedContext& context, Replica& replica);
  void take_all(Session& session, const Replica& replica);
  void read_the_rest(Session& session, const ServerState& before, const Replica& replica);
  /// Everything, and a replica of it.
  void read_and_keep(Session& session, const ServerState& before, const std::optional<Replica>& old);
  base::Result<void> begin(Session& session, const ServerState& before);
  base::Result<void> keep(Session& session, const ServerState& before, const std::optional<Replica>& old);
  /// Whether they say the same.
  base::Result<bool> compare(const FeedContext& context, const Replica& old, Replica& fresh);
  void differ(const std::vector<EntryKey>& keys, const Replica& old, const Replica& fresh);
  [[nodiscard]] std::string identity(const std::string& of_feed) const;
  FeedContext context(Session& session, const ServerState& before) {
    return {session, options(), *asked_, bases(), before, patience(), source().started};
  }

  std::unique_ptr<ChangeFeed> feed_ = ChangeFeed::create(options());
  std::unique_ptr<Profile> asked_;  ///< as profile(), which entries are decoded with
  std::string identity_;
  std::optional<ReplicaWriter> writer_;
  std::string state_;   ///< of the feed, from before the full read
  std::string no_key_;  ///< why there will be no replica
  struct Ranged {
    EntryKey key;
    RangedEntry entry;
  };
  std::unordered_map<std::string, Ranged> ranged_;  ///< by DN: groups of which the rest of the members is to come
  ReplicaCount counted_;
  std::string disagreed_;  ///< how the last count differs from the replica; empty when a full read has settled it
};

}  // namespace tally::directory
