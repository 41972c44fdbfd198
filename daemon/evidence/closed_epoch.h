// The epoch that closed over an entry: its signed checkpoint and what a timestamp authority said of it.
//
//   auto epoch = closed_epoch(log, 4711);        // nothing: the log has no epochs, or none has closed since
//
// What closes an epoch is the recorder's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/ledger/tile_reader.h"
#include "policy/base/result.h"

namespace tally::evidence {

struct ClosedEpoch {
  std::string path;   ///< in the log's folder: "epoch/017"
  std::string note;   ///< its checkpoint, signed
  std::string token;  ///< the RFC 3161 response over the note's text; empty: none (yet)
};

/// The first whose checkpoint holds the entry.
base::Result<std::optional<ClosedEpoch>> closed_epoch(ledger::TileReader& log, std::uint64_t entry);

}  // namespace tally::evidence
