// One search with the Sync Request Control (RFC 4533, refreshOnly): what is there, or what changed since a cookie.
//
//   SyncAnswer answer = sync_search(session, {base, query, cookie}, patience, [&](const EntryKey& key, const Entry& e)
//   {…}); if (!answer) …fall back                                   // nothing of it counts
//
// Never in pages: with both controls OpenLDAP cuts the answer at one page and calls it a success. So size limits apply,
// and one that is met is an error here. What removals mean, the feed decides: servers differ (sync_feed.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/sync_values.h"

namespace tally::directory {

struct SyncSearch {
  std::string base;
  Query query;
  std::string cookie;  ///< empty: from nothing
};

struct SyncAnswer {
  std::optional<std::string> cookie;  ///< of the SyncDone; absent: the old one stays
  bool refresh_deletes = false;       ///< of the SyncDone: false promises a present phase, which servers lie about
  std::vector<EntryKey> present;      ///< unchanged, and there
  std::vector<EntryKey> removed;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

/// An entry as it is now: new, changed, or of a whole refresh.
using EachChanged = std::function<void(const EntryKey&, const Entry&)>;

/// Errors: unsupported (the server does not do it for this base), conflict (the cookie is not accepted: the server
/// wants a refresh, or is older), limit (size or time limits of either side), malformed (what came is not RFC 4533),
/// unavailable or timed_out (the session is then of no more use).
base::Result<SyncAnswer> sync_search(Session& session, const SyncSearch& what, const Patience& patience,
                                     const EachChanged& each);

}  // namespace tally::directory
