#include "connectors/directory/security_descriptor.h"

#include <fmt/format.h>

#include <array>

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::size_t kHead = 20;         // 2.4.6
constexpr std::size_t kAclHead = 8;       // 2.4.5
constexpr std::size_t kEntryHead = 4;     // 2.4.4.1
constexpr std::size_t kSidHead = 8;       // 2.4.2.2
constexpr std::size_t kGuid = 16;         // 2.3.4.2
constexpr std::uint8_t kAclRevision = 2;  // 2.4.5: 4 where there are object entries
constexpr std::uint8_t kAclRevisionDs = 4;
constexpr std::uint32_t kObjectPresent = 1, kInheritedObjectPresent = 2;  // 2.4.4.3

enum Type : std::uint8_t {  // 2.4.4.1
  kAllow = 0,
  kDeny = 1,
  kAllowObject = 5,
  kDenyObject = 6,
  kAllowCallback = 9,
  kDenyCallback = 10,
  kAllowCallbackObject = 11,
  kDenyCallbackObject = 12,
};

constexpr std::array<std::string_view, 20> kTypeNames = {
    "ACCESS_ALLOWED_ACE",
    "ACCESS_DENIED_ACE",
    "SYSTEM_AUDIT_ACE",
    "SYSTEM_ALARM_ACE",
    "ACCESS_ALLOWED_COMPOUND_ACE",
    "ACCESS_ALLOWED_OBJECT_ACE",
    "ACCESS_DENIED_OBJECT_ACE",
    "SYSTEM_AUDIT_OBJECT_ACE",
    "SYSTEM_ALARM_OBJECT_ACE",
    "ACCESS_ALLOWED_CALLBACK_ACE",
    "ACCESS_DENIED_CALLBACK_ACE",
    "ACCESS_ALLOWED_CALLBACK_OBJECT_ACE",
    "ACCESS_DENIED_CALLBACK_OBJECT_ACE",
    "SYSTEM_AUDIT_CALLBACK_ACE",
    "SYSTEM_ALARM_CALLBACK_ACE",
    "SYSTEM_AUDIT_CALLBACK_OBJECT_ACE",
    "SYSTEM_ALARM_CALLBACK_OBJECT_ACE",
    "SYSTEM_MANDATORY_LABEL_ACE",
    "SYSTEM_RESOURCE_ATTRIBUTE_ACE",
    "SYSTEM_SCOPED_POLICY_ID_ACE",
};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint16_t word_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8U);
}

std::uint32_t long_at(std::string_view bytes, std::size_t at) {
  return word_at(bytes, at) | static_cast<std::uint32_t>(word_at(bytes, at + 2)) << 16U;
}

tl::unexpected<base::Error> damaged(std::size_t at, std::string_view what) {
  return base::failure(ErrorKind::malformed, fmt::format("security descriptor: at byte {}: {}", at, what));
}

/// The SID that begins there, without what follows it; empty when it is none.
std::string_view sid_at(std::string_view bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < kSidHead || byte_at(bytes, at) != 1) return {};
  const std::size_t parts = byte_at(bytes, at + 1), size = kSidHead + 4 * parts;
  return parts > 15 || bytes.size() - at < size ? std::string_view() : bytes.substr(at, size);
}

/// What kind of entry a type is, and whether GUIDs may come before its trustee. False: not understood.
bool describe(std::uint8_t type, AccessEntry& entry, bool& has_objects) {
  has_objects =
      type == kAllowObject || type == kDenyObject || type == kAllowCallbackObject || type == kDenyCallbackObject;
  entry.conditional = type >= kAllowCallback && type <= kDenyCallbackObject;
  switch (type) {
    case kAllow:
    case kAllowObject:
    case kAllowCallback:
    case kAllowCallbackObject: entry.kind = AccessEntry::Kind::allow; return true;
    case kDeny:
    case kDenyObject:
    case kDenyCallback:
    case kDenyCallbackObject: entry.kind = AccessEntry::Kind::deny; return true;
    default: return false;
  }
}

/// `bytes` are those of the entry, its head included; `at` is where it lies.
Result<AccessEntry> entry_of(std::string_view bytes, std::size_t at) {
  AccessEntry entry;
  entry.type = byte_at(bytes, 0);
  entry.flags = byte_at(bytes, 1);
  bool has_objects = false;
  if (!describe(entry.type, entry, has_objects)) return entry;
  if (bytes.size() < kEntryHead + 4) return damaged(at, "an entry without an access mask");
  entry.mask = long_at(bytes, kEntryHead);
  std::size_t next = kEntryHead + 4;
  if (has_objects) {
    if (bytes.size() < next + 4) return damaged(at, "an object entry without flags");
    const std::uint32_t present = long_at(bytes, next);
    next += 4;
    for (const auto& [bit, guid] :
         {std::pair(kObjectPresent, &entry.object), std::pair(kInheritedObjectPresent, &entry.inherited_object)}) {
      if ((present & bit) == 0) continue;
      if (bytes.size() < next + kGuid) return damaged(at, "an object entry that ends in a GUID");
      *guid = bytes.substr(next, kGuid);
      next += kGuid;
    }
  }
  entry.trustee = sid_at(bytes, next);
  if (entry.trustee.empty()) return damaged(at + next, "a security identifier is expected");
  return entry;
}

Result<std::vector<AccessEntry>> entries_of(std::string_view bytes, std::size_t acl) {
  if (acl > bytes.size() || bytes.size() - acl < kAclHead) return damaged(acl, "an access control list is expected");
  const std::uint8_t revision = byte_at(bytes, acl);
  if (revision != kAclRevision && revision != kAclRevisionDs)
    return damaged(acl, fmt::format("access control list of revision {}; 2 or 4 is expected", revision));
  const std::size_t size = word_at(bytes, acl + 2), count = word_at(bytes, acl + 4);
  if (size < kAclHead || bytes.size() - acl < size)
    return damaged(acl,
                   fmt::format("an access control list of {} bytes, of which {} are here", size, bytes.size() - acl));
  const std::size_t end = acl + size;
  std::vector<AccessEntry> out;
  std::size_t at = acl + kAclHead;
  for (std::size_t i = 0; i < count; ++i) {
    if (end - at < kEntryHead) return damaged(at, fmt::format("entry {} of {} is missing", i + 1, count));
    const std::size_t length = word_at(bytes, at + 2);
    if (length < kEntryHead || end - at < length)
      return damaged(at, fmt::format("entry {} of {} bytes, of which {} are here", i + 1, length, end - at));
    auto entry = entry_of(bytes.substr(at, length), at);
    if (!entry) return tl::unexpected(entry.error());
    out.push_back(*entry);
    at += length;
  }
  return out;
}

}  // namespace

std::string entry_type_in_words(std::uint8_t type) {
  if (type < kTypeNames.size()) return fmt::format("{} (type {})", kTypeNames[type], type);
  return fmt::format("type {}", type);
}

Result<SecurityDescriptor> SecurityDescriptor::parse(std::string_view bytes) {
  if (bytes.size() < kHead) return damaged(bytes.size(), fmt::format("it ends within its head of {} bytes", kHead));
  if (byte_at(bytes, 0) != 1) return damaged(0, fmt::format("revision {}; 1 is expected", byte_at(bytes, 0)));
  SecurityDescriptor out;
  out.control = word_at(bytes, 2);
  if ((out.control & kSelfRelative) == 0) return damaged(2, "it is not self-relative");
  const std::size_t owner = long_at(bytes, 4), group = long_at(bytes, 8), dacl = long_at(bytes, 16);
  for (const auto& [offset, sid] : {std::pair(owner, &out.owner), std::pair(group, &out.group)}) {
    if (offset == 0) continue;
    *sid = sid_at(bytes, offset);
    if (sid->empty()) return damaged(offset, "a security identifier is expected");
  }
  if ((out.control & kDaclPresent) == 0) return out;
  out.dacl = dacl == 0 ? Dacl::null : Dacl::present;
  if (dacl == 0) return out;
  auto entries = entries_of(bytes, dacl);
  if (!entries) return tl::unexpected(entries.error());
  out.entries = std::move(*entries);
  return out;
}

}  // namespace tally::directory
