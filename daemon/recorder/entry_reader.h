// Entries out of published bundles, each checked against its hash tile.
//
//   auto leaves = read_entries(log, size, 0, 1000);
//
// Not a verifier: the hash tiles are believed (ledger/verify.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile_reader.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// Entries [from, to) of a log whose checkpoint has `size` entries; to <= size. Kind `corrupt` when one does not fit.
base::Result<std::vector<std::string>> read_entries(ledger::TileReader& log, std::uint64_t size, std::uint64_t from,
                                                    std::uint64_t to);

/// The entries that prune the log (ledger/pruning.h); none without such a list. Kind `corrupt`.
base::Result<std::vector<std::uint64_t>> read_pruned_list(ledger::TileReader& log);
/// The newest of them below `size`. Kind `corrupt` when it prunes nothing.
base::Result<std::optional<ledger::PrunedBy>> read_newest_pruned(ledger::TileReader& log,
                                                                 const std::vector<std::uint64_t>& list,
                                                                 std::uint64_t size);

}  // namespace tally::recorder
