// The small files that an auditor gives beside the log: keys, checkpoints, what was remembered.
#pragma once

#include <string>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "policy/base/result.h"

namespace tally::verifier {

/// All bytes of a file of at most kMaxInputBytes. Kind `not_found` without it, `limit` when it is longer.
base::Result<std::string> read_input(const std::string& path);
inline constexpr std::size_t kMaxInputBytes = std::size_t{1} << 20;

/// A vkey as it is, or the first line of the file of that name.
base::Result<ledger::VerifierKey> key_of(const std::string& text_or_file);

/// The checkpoint of a signed note that somebody kept: believed only with the log's own signature.
base::Result<ledger::Checkpoint> kept_checkpoint(std::string_view note, const ledger::VerifierKey& key);

}  // namespace tally::verifier
