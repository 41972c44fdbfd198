// SecurityDescriptor: nTSecurityDescriptor taken apart: who owns an entry, and what its access control list says, entry
// by entry, in order. [MS-DTYP] 2.4.6 (descriptor, self-relative), 2.4.5 (ACL), 2.4.4 (ACE).
//
//   const auto descriptor = SecurityDescriptor::parse(bytes);
//   if (!descriptor) …                                   // damaged: the offset and what was expected there
//   for (const AccessEntry& ace : descriptor->entries) …
//
// Views into the bytes, which outlive it; nothing is copied. Bytes are believed in nothing: every offset and size is
// checked. Kinds of entries that are not understood stay in the list (AccessEntry::Kind::other): whoever evaluates it
// must not pass over them. The SACL (what is audited) is not looked at.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/base/result.h"

namespace tally::directory {

/// One entry of an access control list.
struct AccessEntry {
  enum class Kind : std::uint8_t { allow, deny, other };

  Kind kind = Kind::other;
  bool conditional = false;  ///< a callback entry: it holds only while its condition does, which is not evaluated
  std::uint8_t type = 0;     ///< as written (2.4.4.1)
  std::uint8_t flags = 0;    ///< as written
  std::uint32_t mask = 0;    ///< as written, generic rights included (2.4.3)
  std::string_view object;   ///< ObjectType, a GUID of 16 bytes; empty: all of the object
  std::string_view inherited_object;  ///< InheritedObjectType, the same; empty: objects of every class
  std::string_view trustee;           ///< a SID, binary, well formed (2.4.2.2)

  static constexpr std::uint8_t kInheritOnly = 0x08;  ///< not for this object, for those below (2.4.4.1)
  static constexpr std::uint8_t kInherited = 0x10;
  [[nodiscard]] bool applies_here() const { return (flags & kInheritOnly) == 0; }
};

/// "ACCESS_ALLOWED_COMPOUND_ACE (type 4)"; "type 200" for numbers that the specification does not name.
std::string entry_type_in_words(std::uint8_t type);

struct SecurityDescriptor {
  enum class Dacl : std::uint8_t {
    absent,   ///< not part of what was sent: says nothing about rights
    null,     ///< present and null: everybody may do everything (2.4.6, DP)
    present,  ///< `entries`; without any, nobody may do anything
  };

  std::uint16_t control = 0;
  std::string_view owner;  ///< a SID, binary; empty when not sent
  std::string_view group;  ///< the same
  Dacl dacl = Dacl::absent;
  std::vector<AccessEntry> entries;  ///< in the order of the list, which decides

  static constexpr std::uint16_t kDaclPresent = 0x0004;
  static constexpr std::uint16_t kDaclProtected = 0x1000;  ///< inherits nothing
  static constexpr std::uint16_t kSelfRelative = 0x8000;

  /// Fails (malformed) where bytes are missing, lie outside, or are of a revision that is not known; the message names
  /// what and where.
  static base::Result<SecurityDescriptor> parse(std::string_view bytes);
};

}  // namespace tally::directory
