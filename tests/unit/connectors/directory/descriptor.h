// Security descriptors for tests, put together byte by byte as [MS-DTYP] 2.4 draws them.
//
//   std::string bytes = descriptor("S-1-5-18", {allow("S-1-1-0", 0x20, kMemberGuid)});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/sid.h"

namespace tally::directory {

inline std::string little(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xFFU);
  return out;
}

/// The 16 bytes of a GUID ([MS-DTYP] 2.3.4.2).
inline std::string guid_bytes(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    if (c != '-') hex += c;
  }
  std::string out;
  for (const int i : {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}) {
    out += static_cast<char>(std::stoi(hex.substr(static_cast<std::size_t>(i) * 2, 2), nullptr, 16));
  }
  return out;
}

/// An entry of any type; GUIDs as text, empty ones are left out. `tail`: what callback entries carry.
inline std::string ace(std::uint8_t type, std::uint8_t flags, std::uint32_t mask, const std::string& sid,
                       std::string_view object = "", std::string_view inherited = "", const std::string& tail = "") {
  std::string body = little(mask, 4);
  if (type == 5 || type == 6 || type == 11 || type == 12) {
    body += little((object.empty() ? 0U : 1U) | (inherited.empty() ? 0U : 2U), 4);
    if (!object.empty()) body += guid_bytes(object);
    if (!inherited.empty()) body += guid_bytes(inherited);
  }
  body += sid_bytes(sid) + tail;
  return little(type, 1) + little(flags, 1) + little(static_cast<std::uint32_t>(body.size() + 4), 2) + body;
}

inline std::string allow(const std::string& sid, std::uint32_t mask, std::string_view object = "",
                         std::uint8_t flags = 0) {
  return ace(object.empty() ? 0 : 5, flags, mask, sid, object);
}
inline std::string deny(const std::string& sid, std::uint32_t mask, std::string_view object = "") {
  return ace(object.empty() ? 1 : 6, 0, mask, sid, object);
}

/// Owner, then the list; group and SACL are left out. An empty owner is left out.
inline std::string descriptor(const std::string& owner, const std::vector<std::string>& entries,
                              std::uint16_t control = 0x8004) {
  std::string list;
  for (const std::string& entry : entries) list += entry;
  const std::string acl = little(4, 2) + little(static_cast<std::uint32_t>(list.size() + 8), 2) +
                          little(static_cast<std::uint32_t>(entries.size()), 2) + little(0, 2) + list;
  const std::string sid = owner.empty() ? "" : sid_bytes(owner);
  return little(1, 2) + little(control, 2) + little(sid.empty() ? 0 : 20, 4) + little(0, 4) + little(0, 4) +
         little(static_cast<std::uint32_t>(20 + sid.size()), 4) + sid + acl;
}

}  // namespace tally::directory
