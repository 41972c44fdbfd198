// The records of a replica (replica.h), docs/spec/replica.md: what one entry is in bytes, and back.
//
//   std::string body;
//   write_record(key, entry, flags, names, body);
//   Entry entry;
//   if (read_record(body, names, entry)) …           // views into `body`
//
// Attribute names are numbers of a table that grows; everything else is as the server sent it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/directory/entry.h"

namespace tally::directory {

/// What stays the same about an entry for as long as it lives: entryUUID, nsUniqueId or objectGUID, its 16 bytes.
struct EntryKey {
  std::array<std::uint8_t, 16> bytes{};

  /// Of exactly 16 bytes; nothing otherwise.
  static std::optional<EntryKey> of_bytes(std::string_view raw);
  /// Of 32 hexadecimal digits, dashes anywhere between them; nothing otherwise.
  static std::optional<EntryKey> of_text(std::string_view text);
  /// 8-4-4-4-12.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  friend bool operator==(const EntryKey&, const EntryKey&) = default;
};

struct EntryKeyHash {
  std::size_t operator()(const EntryKey& key) const {
    std::size_t a = 0, b = 0;
    std::memcpy(&a, key.bytes.data(), sizeof a);
    std::memcpy(&b, key.bytes.data() + 8, sizeof b);
    return a * 0x9e3779b97f4a7c15ULL ^ b;  // UUIDs made one after the other share most of their bytes
  }
};

/// Attribute names of a replica by number, in the order in which they first came. Names compare by their bytes.
class AttributeNames {
 public:
  static constexpr std::size_t kMost = 10'000;

  /// The number of that name; a new one when it was not there. Nothing when there are kMost.
  std::optional<std::uint32_t> number_of(std::string_view name);
  /// Adds a name that must be new; it has to outlive this table. False when it is not, or there are kMost.
  bool add_view(std::string_view name);
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t number) const { return names_[number]; }

 private:
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<std::unique_ptr<std::string>> own_;
};

/// LEB128, at most nine bytes.
void write_number(std::uint64_t number, std::string& out);
/// Takes a number off the front; nothing when the bytes end early or it is longer.
std::optional<std::uint64_t> take_number(std::string_view& in);

/// The 17 bytes every record of an entry begins with.
struct RecordHead {
  EntryKey key;
  std::uint8_t flags = 0;  ///< the feed's own (change_feed.h)
};
inline constexpr std::size_t kRecordHead = 17;

/// Writes the record of an entry into `out` (replaced). `names` may grow. False, and nothing useful in `out`, when
/// there are too many names.
bool write_record(const EntryKey& key, std::uint8_t flags, const Entry& entry, AttributeNames& names, std::string& out);
/// Nothing when it is too short.
std::optional<RecordHead> read_head(std::string_view body);
/// Fills `entry` with views into `body` and `names`. False when the bytes are no record.
bool read_record(std::string_view body, const AttributeNames& names, Entry& entry);

/// Whether two entries say the same: DN, attributes and values, in any order; `but`: names of attributes that may
/// differ.
bool same_content(const Entry& a, const Entry& b, const std::vector<std::string>& but);

}  // namespace tally::directory
