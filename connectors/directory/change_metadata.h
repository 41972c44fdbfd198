// Change metadata: what a domain controller keeps about when an attribute, or one value of it, was written.
//
//   PropertyMetadata metadata = *PropertyMetadata::read(bytes_of_replPropertyMetaData);
//   if (const auto change = metadata.find(kUserAccountControlId)) change->at …
//   link_change(one_value_of_msDS_ReplValueMetaData)             // {"CN=Jane,…", present, 2026-04-01T09:00:00Z}
//
// Pure, and every bound is checked. replPropertyMetaData is a PROPERTY_META_DATA_VECTOR (MS-DRSR, MS-ADTS "replication
// metadata"): 48 bytes an attribute, where msDS-ReplAttributeMetaData has some 350 of XML; both need the
// same right. What a change means is decided in active_directory_past.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/base/time.h"

namespace tally::directory {

/// ATTRTYP by the default prefix table (MS-DRSR): 1.2.840.113556.1.4.x is 0x90000 + x.
/// The default prefix table has 1.2.840.113556.1.2.x at 0x20000 + x.
inline constexpr std::uint32_t kIsDeletedId = 0x20030;
inline constexpr std::uint32_t kSecurityDescriptorId = 0x20119;
inline constexpr std::uint32_t kUserAccountControlId = 0x90008;
inline constexpr std::uint32_t kUnicodePwdId = 0x9005A;
inline constexpr std::uint32_t kPrimaryGroupId = 0x90062;

/// An unsigned number of `size` bytes at `at`, the least significant first. All of them must be there.
std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t size);
/// DSTIME (MS-DRSR): seconds since 1601. Nothing for zero, and past the year 9999.
std::optional<base::Instant> time_since_1601(std::uint64_t seconds);

/// The last originating write of one attribute.
struct AttributeChange {
  std::uint32_t version = 0;  ///< 1: never written since the object was made
  base::Instant at;           ///< in whole seconds
};

class PropertyMetadata {
 public:
  /// Nothing when the bytes are no vector of version 1, or not as long as it says.
  static std::optional<PropertyMetadata> read(std::string_view bytes);
  /// Nothing when the attribute was never written, or its time is out of all times.
  [[nodiscard]] std::optional<AttributeChange> find(std::uint32_t attribute) const;

 private:
  explicit PropertyMetadata(std::string_view entries) : entries_(entries) {}
  std::string_view entries_;
};

/// The newest change of one link of a group.
struct LinkChange {
  std::string member;    ///< DN
  bool present = false;  ///< false: it was taken out then
  base::Instant at;
};

/// One value of msDS-ReplValueMetaData (DS_REPL_VALUE_META_DATA) about `member`. Nothing when it
/// is no such value, of another attribute, or of a link from before links had metadata (its version is 0).
std::optional<LinkChange> link_change(std::string_view xml);

}  // namespace tally::directory
