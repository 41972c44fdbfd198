// What a log and a witness say to each other (C2SP tlog-witness v1.0.0), as texts.
//
//   AddCheckpoint{100, proof, note}.format()        // the body of POST <prefix>/add-checkpoint
//   format_tree_size(421) == "421\n"                // the body of a 409: how far the witness is
//   monitor_path("audit.example.com/hostA")         // "/<hex of sha256(origin)>/checkpoint"
//
// Not HTTP, not a judge: the client is in daemon/recorder, the server in daemon/witness.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/note.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

inline constexpr std::string_view kAddCheckpointPath = "/add-checkpoint";
inline constexpr std::string_view kTreeSizeType = "text/x.tlog.size";
/// A proof between trees of fewer than 2^63 entries.
inline constexpr std::size_t kMaxConsistencyHashes = 63;
/// "old " with its number, all hashes with their line feeds, and the note.
inline constexpr std::size_t kMaxAddCheckpointBytes = 32 + 45 * kMaxConsistencyHashes + kMaxNoteBytes;

struct AddCheckpoint {
  std::uint64_t old_size = 0;       ///< of the tree that the witness has; 0: none
  std::vector<base::Digest> proof;  ///< from old_size to the checkpoint's size (RFC 6962 §2.1.2)
  std::string note;                 ///< the signed checkpoint, verbatim

  /// Kind `malformed` with the reason. The note's own syntax is not looked at.
  static base::Result<AddCheckpoint> parse(std::string_view body);
  [[nodiscard]] std::string format() const;
};

std::string format_tree_size(std::uint64_t size);
std::optional<std::uint64_t> parse_tree_size(std::string_view body);

/// Where a witness shows the newest checkpoint that it has cosigned, below its prefix.
std::string monitor_path(std::string_view origin);

}  // namespace tally::ledger
