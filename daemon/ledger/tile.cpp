#include "daemon/ledger/tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "daemon/ledger/entry.h"
#include "policy/base/assert.h"

namespace tally::ledger {
namespace {

/// 1234067 → "x001/x234/067".
std::string index_path(std::uint64_t index) {
  std::string path = fmt::format("{:03}", index % 1000);
  while ((index /= 1000) != 0) path = fmt::format("x{:03}/{}", index % 1000, path);
  return path;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The digits of "x001/x234/067" as a number; loose, for the caller compares the spelling.
std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return parse_decimal(digits);
}

}  // namespace

std::string TileId::path() const {
  std::string path = kind == TileKind::entries ? "tile/entries/" : fmt::format("tile/{}/", level);
  path += index_path(index);
  if (width != kTileWidth) path += fmt::format(".p/{}", width);
  return path;
}

std::optional<TileId> TileId::parse(std::string_view path) {
  const std::string_view whole = path;
  if (!path.starts_with("tile/")) return std::nullopt;
  path.remove_prefix(5);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TileId id;
  const std::string_view first = path.substr(0, slash);
  id.kind = first == "entries" ? TileKind::entries : TileKind::hashes;
  if (id.kind == TileKind::hashes) {
    const auto level = parse_decimal(first);
    if (!level || *level > kMaxTileLevel) return std::nullopt;
    id.level = static_cast<int>(*level);
  }
  path.remove_prefix(slash + 1);
  if (const std::size_t partial = path.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(path.substr(partial + 3));
    if (!width || *width < 1 || *width >= kTileWidth) return std::nullopt;
    id.width = static_cast<int>(*width);
    path = path.substr(0, partial);
  }
  const auto index = parse_index(path);
  if (!index) return std::nullopt;
  id.index = *index;
  if (id.path() != whole) return std::nullopt;  // one spelling for each tile
  return id;
}

int tile_width(int level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t hashes = size >> (8 * level);
  const std::uint64_t full = hashes / kTileWidth;
  if (index < full) return kTileWidth;
  return index == full ? static_cast<int>(hashes % kTileWidth) : 0;
}

std::uint64_t first_entry(int level, std::uint64_t index, int position) {
  return (index * kTileWidth + static_cast<std::uint64_t>(position)) << (8 * level);
}

void add_to_bundle(std::string& bundle, std::string_view entry) {
  TALLY_ASSERT(entry.size() <= kMaxEntryBytes);
  bundle.push_back(static_cast<char>(entry.size() >> 8));
  bundle.push_back(static_cast<char>(entry.size() & 0xff));
  bundle.append(entry);
}

BundleParts split_bundle(std::string_view bundle) {
  BundleParts parts{{}, bundle};
  while (parts.rest.size() >= 2 && parts.entries.size() < kTileWidth) {
    const std::size_t length =
        std::size_t{static_cast<unsigned char>(parts.rest[0])} * 256 + static_cast<unsigned char>(parts.rest[1]);
    if (parts.rest.size() < 2 + length) break;
    parts.entries.push_back(parts.rest.substr(2, length));
    parts.rest.remove_prefix(2 + length);
  }
  return parts;
}

base::Result<std::vector<std::string_view>> parse_bundle(std::string_view bundle) {
  BundleParts parts = split_bundle(bundle);
  if (parts.rest.empty()) return std::move(parts.entries);
  return base::failure(base::ErrorKind::malformed, fmt::format("{} bytes behind entry {} of the bundle are none",
                                                               parts.rest.size(), parts.entries.size()));
}

std::string format_hashes(const std::vector<base::Digest>& hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * 32);
  for (const base::Digest& hash : hashes) bytes += hash.view();
  return bytes;
}

std::optional<std::vector<base::Digest>> parse_hashes(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % 32 != 0 || bytes.size() > std::size_t{32} * kTileWidth) return std::nullopt;
  std::vector<base::Digest> hashes(bytes.size() / 32);
  for (std::size_t i = 0; i < hashes.size(); ++i) std::memcpy(hashes[i].bytes.data(), bytes.data() + 32 * i, 32);
  return hashes;
}

}  // namespace tally::ledger
