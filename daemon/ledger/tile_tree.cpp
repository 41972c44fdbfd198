#include "daemon/ledger/tile_tree.h"

#include <fmt/format.h>

#include <bit>
#include <optional>
#include <span>
#include <utility>

#include "daemon/ledger/tile_reader.h"
#include "policy/base/assert.h"

namespace tally::ledger {

using base::Digest;
using base::ErrorKind;
using base::Result;

void TileTree::add(const Digest& leaf, std::vector<HashTile>& full) {
  ++size_;
  carry(0, leaf, full);
}

void TileTree::add_tile(const Digest& root, std::vector<HashTile>& full) {
  TALLY_ASSERT(size_ % kTileWidth == 0);
  size_ += kTileWidth;
  carry(1, root, full);
}

/// Puts a hash into the open tile of its level, and on: a tile that becomes full is a hash of the level above.
void TileTree::carry(std::size_t level, Digest hash, std::vector<HashTile>& full) {
  for (;; ++level) {
    while (open_.size() <= level) open_.emplace_back();
    std::vector<Digest>& tile = open_[level];
    tile.push_back(hash);
    if (tile.size() < kTileWidth) return;
    TreeHasher hasher;
    hash = complete_root(hasher, tile);
    const std::uint64_t index = (size_ >> (8 * level)) / kTileWidth - 1;
    full.push_back({{TileKind::hashes, static_cast<int>(level), index, kTileWidth}, std::exchange(tile, {})});
  }
}

Digest TileTree::root() const {
  // The open tiles list the complete subtrees of the tree from its right edge up: fold them in that order.
  TreeHasher hasher;
  std::optional<Digest> root;
  for (const std::vector<Digest>& tile : open_) {
    std::size_t end = tile.size();
    while (end != 0) {
      const std::size_t begin = end - (end & (~end + 1));  // lowest set bit: the smallest subtree, rightmost
      const Digest left = complete_root(hasher, std::span(tile).subspan(begin, end - begin));
      root = root ? hasher.node(left, *root) : left;
      end = begin;
    }
  }
  return root.value_or(empty_root());
}

std::vector<HashTile> TileTree::partial_tiles() const {
  std::vector<HashTile> tiles;
  for (std::size_t level = 0; level < open_.size(); ++level) {
    if (open_[level].empty()) continue;
    const std::uint64_t index = (size_ >> (8 * level)) / kTileWidth;
    const int width = static_cast<int>(open_[level].size());
    tiles.push_back({{TileKind::hashes, static_cast<int>(level), index, width}, open_[level]});
  }
  return tiles;
}

Result<TileTree> TileTree::resume(std::uint64_t size, TileReader& log) {
  TileTree tree;
  tree.size_ = size;
  for (int level = 0; level <= kMaxTileLevel && size >> (8 * level) != 0; ++level) {
    tree.open_.emplace_back();
    const std::uint64_t index = (size >> (8 * level)) / kTileWidth;
    if (tile_width(level, index, size) == 0) continue;
    auto hashes = read_hash_tile(log, level, index, size);
    if (!hashes) return tl::unexpected(hashes.error());
    tree.open_.back() = std::move(*hashes);
  }
  return tree;
}

Result<std::vector<Digest>> read_hash_tile(TileReader& log, int level, std::uint64_t index, std::uint64_t size) {
  TileId id{TileKind::hashes, level, index, tile_width(level, index, size)};
  TALLY_ASSERT(id.width != 0);
  const auto width = static_cast<std::size_t>(id.width);
  auto bytes = log.read(id.path(), kMaxTileBytes);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) {
    id.width = kTileWidth;
    bytes = log.read(id.path(), kMaxTileBytes);
  }
  if (!bytes) return tl::unexpected(bytes.error());
  auto hashes = parse_hashes(*bytes);
  if (!hashes || hashes->size() != static_cast<std::size_t>(id.width)) {
    return base::failure(ErrorKind::corrupt, fmt::format("{} has {} bytes, expected {}", id.path(), bytes->size(),
                                                         std::size_t{32} * static_cast<std::size_t>(id.width)));
  }
  hashes->resize(width);
  return std::move(*hashes);
}

NodeReader tile_nodes(TileReader& log, std::uint64_t size) {
  return [&log, size](int level, std::uint64_t index) -> Result<Digest> {
    const std::uint64_t hashes = std::uint64_t{1} << (level % 8);  // of the tile level below that make up the node
    const std::uint64_t first = index * hashes;
    auto tile = read_hash_tile(log, level / 8, first / kTileWidth, size);
    if (!tile) return tl::unexpected(tile.error());
    if (first % kTileWidth + hashes > tile->size()) {
      return base::failure(ErrorKind::corrupt, fmt::format("the tree has no node {} at level {}", index, level));
    }
    TreeHasher hasher;
    return complete_root(hasher, std::span(*tile).subspan(first % kTileWidth, hashes));
  };
}

}  // namespace tally::ledger
