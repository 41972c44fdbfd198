// Security identifiers and GUIDs of Active Directory, and which SIDs mean power.
//
//   sid_text("\x01\x05\0\0\0\0\0\x05…")          // "S-1-5-21-3623811015-3361044348-30300820-512"
//   split_sid("S-1-5-21-1-2-3-512")               // {"S-1-5-21-1-2-3", 512}
//   privileged_sid("S-1-5-21-1-2-3-512")->name    // "Domain Admins", tier 0
//
// Privilege by name (DnsAdmins, Exchange groups) is not here: their RIDs differ from domain to domain;
// privileged_groups of the configuration names them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/account.h"

namespace tally::directory {

/// Binary objectSid (MS-DTYP 2.4.2.2) to string form (2.4.2.1). Nothing when the length, revision or count is wrong.
std::optional<std::string> sid_text(std::string_view bytes);
/// Either form of a SID as text: binary, or already "S-1-…" (some exports write that).
std::optional<std::string> sid_from(std::string_view value);
/// The binary form of "S-1-…"; empty when is_sid_text would say no.
std::string sid_bytes(std::string_view text);
/// True for "S-1-…" of decimal numbers, at most 15 sub-authorities.
bool is_sid_text(std::string_view text);

struct SplitSid {
  std::string_view domain;  ///< all but the last sub-authority
  std::uint32_t rid = 0;
};
/// Asks for is_sid_text; nothing when there is no sub-authority.
std::optional<SplitSid> split_sid(std::string_view sid);

/// Binary objectGUID (MS-DTYP 2.3.4.2: the first three fields little-endian) as lower-case 8-4-4-4-12. Nothing unless
/// 16 bytes.
std::optional<std::string> guid_text(std::string_view bytes);
/// entryUUID (RFC 4530: RFC 4122 text) in lower case; nothing when it is not of the form 8-4-4-4-12.
std::optional<std::string> uuid_text(std::string_view text);

struct PrivilegedSid {
  std::string_view name;
  model::Tier tier = model::Tier::none;
};
/// The well-known group of that SID, if its members have power.
std::optional<PrivilegedSid> privileged_sid(std::string_view sid);

/// Well-known SIDs whose members are nowhere listed ("S-1-5-11": every account that signed in); "" for others.
std::string_view unlisted_population(std::string_view sid);

}  // namespace tally::directory
