// Which signed tree of a log a proof is made of: the newest that enough witnesses have seen, when it holds the entry.
//
//   auto checkpoint = proof_tree(log, 4711);
//   PinnedLog pinned(log, *checkpoint);
//
// Not a judge of witnesses' signatures: whoever reads the proof has the keys.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/tile_reader.h"
#include "policy/base/result.h"

namespace tally::evidence {

/// The file `witnessed` when its tree holds the entry, else `checkpoint`. Kind `malformed` when either is no
/// checkpoint.
base::Result<std::string> proof_tree(ledger::TileReader& log, std::uint64_t entry);

/// The checkpoint in such a note, which the log with this vkey signed. Kinds `untrusted`, `malformed`.
base::Result<ledger::Checkpoint> open_tree(const std::string& note, const std::string& log_key);

}  // namespace tally::evidence
