// .tlog-proof (C2SP tlog-proof@v1): one entry's proof in one file, checked offline.
//
//   auto proof = Proof::parse(file);
//   auto checkpoint = proof->verify(leaf, keys);     // which tree holds the entry, or why it is not proven
//
// `extra` is not authenticated: it may carry the opening of the personal values, which opens() then checks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

class TileReader;

struct Proof {
  std::optional<std::string> extra;  ///< any bytes
  std::uint64_t index = 0;
  std::vector<base::Digest> hashes;  ///< leaf sibling first
  std::string checkpoint;            ///< signed note, verbatim

  /// Kind `malformed` with the reason. The checkpoint's own syntax is read by verify().
  static base::Result<Proof> parse(std::string_view bytes);
  [[nodiscard]] std::string format() const;
  /// The checkpoint whose tree holds `entry` at `index`, signed by all of `keys`; keys[0] is the log's own.
  [[nodiscard]] base::Result<Checkpoint> verify(std::string_view entry, std::span<const VerifierKey> keys) const;
};

/// Reads a signed checkpoint: all `keys` must have signed, and its origin is the name of keys[0]. Kind `untrusted`.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  NoteCheck check;
};
base::Result<SignedCheckpoint> open_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

/// The proof of one entry out of a log's tiles and its checkpoint as it stands. Kind `not_found` beyond its size.
base::Result<Proof> prove(TileReader& log, std::uint64_t index);

}  // namespace tally::ledger
