// What changed in one naming context of Active Directory since a cookie: DirSync (MS-ADTS 3.1.1.3.4.1.3), asked again
// and again until the server says that this is all.
//
//   auto answer = dirsync_search(session, {naming_context, query, cookie}, patience, [&](const Entry& entry) { … });
//   if (!answer) …                                              // nothing of it counts
//
// Each entry has objectGUID, and of the attributes asked for those that changed; one that lost all its values comes
// without a value. Deleted objects come too. The server wants the right Replicating Directory Changes on the naming
// context. Not LDAP_DIRSYNC_OBJECT_SECURITY, which goes without that right: it tells what the reader may see, and a
// deleted object he mostly may not.
#pragma once

#include <functional>
#include <string>

#include "connectors/directory/dirsync_values.h"
#include "connectors/directory/paged_search.h"

namespace tally::directory {

struct DirSyncSearch {
  std::string naming_context;  ///< its root: a server takes no other base
  Query query;
  std::string cookie;  ///< empty: from nothing
};

struct DirSyncAnswer {
  std::string cookie;
  std::uint64_t entries = 0;
  std::uint64_t rounds = 0;
};

/// Answers of one search; each brings a new cookie, and kDirSyncBytes of entries or none.
inline constexpr std::uint64_t kMaxDirSyncRounds = 5'000;

/// Errors: unsupported (the server refuses it: the right is missing, the cookie is not its own, …), limit (of either
/// side), malformed (what came is no answer of DirSync, or the same cookie again and more to come), unavailable or
/// timed_out (the session is then of no more use).
base::Result<DirSyncAnswer> dirsync_search(Session& session, const DirSyncSearch& what, const Patience& patience,
                                           const EachEntry& each);

}  // namespace tally::directory
