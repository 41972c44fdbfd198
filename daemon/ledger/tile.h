// Tiles (C2SP tlog-tiles v0.1.0): which file holds which hashes and entries, under which name.
//
//   TileId{TileKind::hashes, 0, 273, 112}.path() == "tile/0/273.p/112"
//   TileId{TileKind::entries, 0, 1234067, 256}.path() == "tile/entries/x001/x234/067"
//
// Not the files themselves: bytes come and go as strings.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

inline constexpr int kTileWidth = 256;
/// Level 8 would need 2^64 entries.
inline constexpr int kMaxTileLevel = 7;
/// A full bundle of longest entries.
inline constexpr std::size_t kMaxTileBytes = std::size_t{kTileWidth} * (2 + 65535);

enum class TileKind : std::uint8_t { entries, hashes };

/// The name of one tile file. Ordered by kind, level, index, width.
struct TileId {
  TileKind kind = TileKind::hashes;
  int level = 0;            ///< 0 to kMaxTileLevel; 0 for entries
  std::uint64_t index = 0;  ///< n-th tile of its level
  int width = kTileWidth;   ///< hashes or entries in it; below 256 the tile is partial

  [[nodiscard]] std::string path() const;
  /// Exactly what path() writes, else nothing.
  static std::optional<TileId> parse(std::string_view path);
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

/// How many hashes (of complete subtrees) the tile holds in a tree of `size`: 0 to 256.
int tile_width(int level, std::uint64_t index, std::uint64_t size);
/// First entry that hash `position` of the tile covers.
std::uint64_t first_entry(int level, std::uint64_t index, int position);

/// Adds uint16-BE length and entry; the entry is at most kMaxEntryBytes long.
void add_to_bundle(std::string& bundle, std::string_view entry);
/// The whole entries at the front of a bundle, at most 256, as views into it; `rest` is what is left over.
struct BundleParts {
  std::vector<std::string_view> entries;
  std::string_view rest;
};
BundleParts split_bundle(std::string_view bundle);
/// The entries of a bundle, as views into it. Kind `malformed` on cut or trailing bytes, or more than 256 entries.
base::Result<std::vector<std::string_view>> parse_bundle(std::string_view bundle);

/// The 32-byte hashes of a tile, one behind the other.
std::string format_hashes(const std::vector<base::Digest>& hashes);
/// Nothing unless the length is a multiple of 32, from 1 to 256 hashes.
std::optional<std::vector<base::Digest>> parse_hashes(std::string_view bytes);

}  // namespace tally::ledger
