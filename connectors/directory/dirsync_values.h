// The value of the control LDAP_SERVER_DIRSYNC_OID (MS-ADTS 3.1.1.3.4.1.3): BER in, values out. Safe on hostile bytes:
// what does not fit gives nothing.
//
//   std::string value = dirsync_request(cookie);
//   auto answer = parse_dirsync_answer(value_of_control);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::directory {

inline constexpr const char* kDirSyncOid = "1.2.840.113556.1.4.841";
/// Longer cookies are not believed: they are sent back with each request. One of a forest with a thousand domain
/// controllers has some 24 KB (24 bytes each).
inline constexpr std::size_t kMaxDirSyncCookieBytes = 64U << 10U;
/// Of one answer, asked of the server, which may send more or less.
inline constexpr std::uint32_t kDirSyncBytes = 1U << 20U;

/// SEQUENCE { Flags INTEGER, MaxBytes INTEGER, Cookie OCTET STRING }, without flags (dirsync_search.h says why).
std::string dirsync_request(std::string_view cookie);

struct DirSyncValue {
  bool more = false;   ///< the server has more to tell, after this cookie
  std::string cookie;  ///< opaque, never empty
};
/// SEQUENCE { MoreResults INTEGER, unused INTEGER, CookieServer OCTET STRING }.
std::optional<DirSyncValue> parse_dirsync_answer(std::string_view value);

}  // namespace tally::directory
