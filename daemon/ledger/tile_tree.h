// TileTree: grows a Merkle tree leaf by leaf and hands out the hash tiles that its files must hold.
//
//   TileTree tree;
//   std::vector<HashTile> full;
//   for (const Digest& leaf : leaves) tree.add(leaf, full);     // tiles that became full
//   std::vector<HashTile> partial = tree.partial_tiles();       // the rest of the files at this size
//   Digest root = tree.root();
//
// The writer saves what it gives, the verifier compares with it: there is one idea of the right bytes.
// Not a store of leaves: it keeps the open tile of each level alone, at most 8 × 255 hashes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

class TileReader;

struct HashTile {
  TileId id;
  std::vector<base::Digest> hashes;
};

class TileTree {
 public:
  void add(const base::Digest& leaf, std::vector<HashTile>& full);
  /// 256 leaves at once by the root of their subtree; size() is a multiple of 256. `full` gets no tile of level 0.
  void add_tile(const base::Digest& root, std::vector<HashTile>& full);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] base::Digest root() const;
  /// The partial tiles at this size, none of them empty.
  [[nodiscard]] std::vector<HashTile> partial_tiles() const;

  /// The tree of `size` from the partial tiles that a log keeps for it. Kind `corrupt` when one has a wrong length.
  static base::Result<TileTree> resume(std::uint64_t size, TileReader& log);

 private:
  void carry(std::size_t level, base::Digest hash, std::vector<HashTile>& full);
  std::uint64_t size_ = 0;
  std::vector<std::vector<base::Digest>> open_;  ///< by level: hashes of the tile that is not full yet
};

/// Hashes of complete subtrees out of a log's tiles, for proofs at that size. The reader outlives the result.
NodeReader tile_nodes(TileReader& log, std::uint64_t size);
/// The hashes of a tile at a tree size; a full tile stands in for a partial one that was removed since.
base::Result<std::vector<base::Digest>> read_hash_tile(TileReader& log, int level, std::uint64_t index,
                                                       std::uint64_t size);

}  // namespace tally::ledger
