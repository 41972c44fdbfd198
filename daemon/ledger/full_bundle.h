// FullBundle: a bundle of 256 entries and the hash tile beside it when nothing at all is wrong with them, read by
// itself, so that several can be read at once. The short way of verify(); whatever is unusual goes the long way, entry
// by entry (verify_walk.h), which says what it is.
//
//   std::vector<std::optional<FullBundle>> bundles = read_full_bundles(log, first, 64, wanted);
//   if (bundles[0]) tree.add_tile(bundles[0]->root, full);
//
// Nothing comes back for a bundle that is missing, cut, holds a malformed entry or genesis, or does not fit its tile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/tile_reader.h"
#include "policy/base/digest.h"
#include "policy/base/time.h"

namespace tally::ledger {

struct FullBundle {
  /// An entry that a check wants to see (WalkCheck).
  struct Wanted {
    std::uint64_t index;
    std::string type, leaf;
  };
  std::vector<base::Digest> leaves;  ///< 256 leaf hashes, made from the entries and equal to the tile's
  base::Digest root;                 ///< of the subtree over them
  base::Instant first_time, last_time;
  std::vector<std::uint64_t> clock_steps;  ///< entries with an earlier time than the one before them in this bundle
  std::vector<Wanted> wanted;
  std::uint64_t bytes = 0;  ///< of both files
};

using WantedType = std::function<bool(std::string_view type)>;

/// The bundles [first, first + count), read by as many threads as the machine has processors, at most kMaxReaders.
/// `wanted` is called by all of them.
std::vector<std::optional<FullBundle>> read_full_bundles(TileReader& log, std::uint64_t first, std::size_t count,
                                                         const WantedType& wanted);

/// More threads than this only wait for the disk.
inline constexpr unsigned kMaxReaders = 8;

}  // namespace tally::ledger
