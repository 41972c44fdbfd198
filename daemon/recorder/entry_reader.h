// Entries out of published bundles, each checked against its hash tile.
//
//   auto leaves = read_entries(log, size, 0, 1000);
//
// Not a verifier: the hash tiles are believed (ledger/verify.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/ledger/tile_reader.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// Entries [from, to) of a log whose checkpoint has `size` entries; to <= size. Kind `corrupt` when one does not fit.
base::Result<std::vector<std::string>> read_entries(ledger::TileReader& log, std::uint64_t size, std::uint64_t from,
                                                    std::uint64_t to);

}  // namespace tally::recorder
