// The control values and intermediate messages of LDAP content synchronisation (RFC 4533 §2): BER in, values out. Safe
// on hostile bytes: what does not fit gives nothing.
//
//   std::string value = sync_request(cookie);                       // of the Sync Request Control
//   auto state = parse_sync_state(value_of_control);                // with each entry
//   auto info = parse_sync_info(value_of_intermediate_message);
//   auto done = parse_sync_done(value_of_control);                  // with the result
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/replica_record.h"

namespace tally::directory {

inline constexpr const char* kSyncRequestOid = "1.3.6.1.4.1.4203.1.9.1.1";
inline constexpr const char* kSyncStateOid = "1.3.6.1.4.1.4203.1.9.1.2";
inline constexpr const char* kSyncDoneOid = "1.3.6.1.4.1.4203.1.9.1.3";
inline constexpr const char* kSyncInfoOid = "1.3.6.1.4.1.4203.1.9.1.4";
/// Longer cookies are not believed: they are sent back with each request.
inline constexpr std::size_t kMaxSyncCookieBytes = 64U << 10U;

/// refreshOnly, reloadHint FALSE; an empty cookie is left out (§2.2).
std::string sync_request(std::string_view cookie);

struct SyncState {
  enum class Kind : std::uint8_t { present, add, modify, remove };
  Kind kind = Kind::present;
  EntryKey key;
};
std::optional<SyncState> parse_sync_state(std::string_view value);

struct SyncInfo {
  enum class Kind : std::uint8_t { new_cookie, refresh_delete, refresh_present, id_set };
  Kind kind = Kind::new_cookie;
  bool deletes = false;        ///< id_set: those are gone; else they are there
  std::vector<EntryKey> keys;  ///< of an id_set
};
std::optional<SyncInfo> parse_sync_info(std::string_view value);

struct SyncDone {
  std::optional<std::string> cookie;  ///< opaque
  bool refresh_deletes = false;
};
std::optional<SyncDone> parse_sync_done(std::string_view value);

}  // namespace tally::directory
