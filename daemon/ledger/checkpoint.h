// Checkpoint (C2SP tlog-checkpoint v1.0.0): the text that a log signs: whose tree, how large, which root.
//
//   Checkpoint{"audit.example.com/hostA", 3, root, {}}.format()
//       == "audit.example.com/hostA\n3\nPbZ2Ze6owm3jQWaMHTGZ9h3kt4CoKFaaiYzkjCjZMfM=\n"
//
// Not signed by itself: see note.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  base::Digest root;
  std::vector<std::string> extensions;  ///< opaque lines without LF; we write none

  /// Reads a note's text. Kind `malformed`; leading zeros, loose base64 and empty lines are refused.
  static base::Result<Checkpoint> parse(std::string_view text);
  [[nodiscard]] std::string format() const;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

}  // namespace tally::ledger
