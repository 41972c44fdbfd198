// ChangeFeed: how one kind of server tells what changed, for FollowedReading (followed_reading.h), which keeps the
// replica and decides when everything is read anew.
//
// A full read, and what makes its replica one that can be followed:
//
//   auto feed = ChangeFeed::create(options);                 // nullptr: this kind of directory has none
//   identity += feed->identity(context);
//   auto state = feed->begin(context);                       // before the read: changes from now on
//   … for each entry read: key_of(), flags_of(); they are in `replica` now
//   feed->complete(context, replica);                        // and whether everything that changes can be asked for
//   replica.commit({…, .feed = *state});
//
// Later:
//
//   auto state = feed->read(context, replica.state().feed, replica);   // changes into the replica, in memory
//   replica.commit({…, .feed = *state});
//
// An error of any of them means that everything is read; its sentence becomes a note. So whoever is in doubt fails.
//
// After read() the replica must hold, for every entry that a full read at that moment would give, what it would give:
// the entries that the query finds, with the attributes of the query as the server would send them (order apart), and
// no others. What the server changes without telling (sign-ins, lockouts, values that it computes, names below an entry
// that was renamed, absences by access rules) has to be asked for, or to be an error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/replica.h"
#include "connectors/directory/session.h"
#include "policy/base/result.h"

namespace tally::directory {

struct FeedContext {
  Session& session;
  const LdapOptions& options;
  const Profile& profile;                 ///< of the query; nothing was decoded with it
  const std::vector<std::string>& bases;  ///< none below another
  const ServerState& server;              ///< as it was before anything else was asked
  const Patience& patience;
  base::Instant now;  ///< by our clock, when the reading began
};

class ChangeFeed {
 public:
  /// By the dialect. nullptr: entries of such a directory cannot be followed.
  static std::unique_ptr<ChangeFeed> create(const LdapOptions& options);

  ChangeFeed() = default;
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;
  virtual ~ChangeFeed() = default;

  /// For notes: "RFC 4533", "DirSync", "uSNChanged".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// What its state is bound to beside the options, the rootDSE and the query, which FollowedReading takes care of:
  /// keys of the base entries, invocationId … Lines, "name: value". Asked before each run; another answer than in the
  /// replica means that it is of another directory.
  virtual base::Result<std::string> identity(const FeedContext& context) = 0;
  /// The attribute of the query with the key.
  [[nodiscard]] virtual std::string_view key_attribute() const = 0;
  /// The key of an entry that the query found; nothing when it shows none: then there is no replica.
  [[nodiscard]] virtual std::optional<EntryKey> key_of(const Entry& entry) const = 0;
  /// Bits of its own, kept with each entry. Called once for each entry that is put.
  virtual std::uint8_t flags_of(const Entry& /*entry*/) { return 0; }

  /// A state from which later runs go on: everything that changes from now on, and perhaps some of before.
  virtual base::Result<std::string> begin(const FeedContext& context) = 0;
  /// After a full read whose coverage is complete, and that gave so many accounts. May add to the replica what only the
  /// feed needs (containers). Fails when something changes without being told and cannot be asked for either.
  virtual base::Result<void> complete(const FeedContext& context, Replica& replica, std::uint64_t accounts) = 0;
  /// The state `from` was given by begin() (after complete()) or by read() of an earlier run. The new one.
  virtual base::Result<std::string> read(const FeedContext& context, const std::string& from, Replica& replica) = 0;
  /// The entries that the query finds, where the last read() listed the keys of all of them; else nothing.
  [[nodiscard]] virtual std::optional<std::uint64_t> counted() const { return std::nullopt; }
  /// Lines for SourceRecord::notes about the last read(), "name: value".
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
  /// The state to keep after complete(); what flags_of() saw meanwhile may belong to it.
  virtual std::string settled(std::string state) { return state; }
  /// Attributes in which a replica may differ from a full read a moment later without anything being wrong: sign-ins.
  [[nodiscard]] virtual std::vector<std::string> restless() const { return {}; }
};

}  // namespace tally::directory
