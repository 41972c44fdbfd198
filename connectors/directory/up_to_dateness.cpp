#include "connectors/directory/up_to_dateness.h"

#include "connectors/directory/change_metadata.h"
#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

constexpr std::size_t kHeader = 16;  ///< version, padding, count, padding: 4 bytes each
constexpr std::size_t kCursor = 32;  ///< invocation 16, USN 8, time 8

}  // namespace

std::optional<std::vector<Cursor>> read_up_to_dateness(std::string_view bytes) {
  if (bytes.size() < kHeader || little_endian(bytes, 0, 4) != 2) return std::nullopt;
  if ((bytes.size() - kHeader) % kCursor != 0) return std::nullopt;
  if ((bytes.size() - kHeader) / kCursor != little_endian(bytes, 8, 4)) return std::nullopt;
  std::vector<Cursor> out;
  for (std::size_t at = kHeader; at < bytes.size(); at += kCursor) {
    out.push_back({*guid_text(bytes.substr(at, 16)), little_endian(bytes, at + 16, 8),
                   time_since_1601(little_endian(bytes, at + 24, 8))});
  }
  return out;
}

}  // namespace tally::directory
