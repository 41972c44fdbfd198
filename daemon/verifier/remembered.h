// Remembered: how far a log was verified the last time, in a file of the auditor's own. The next verification reads
// only what came after.
//
//   tallystick-verified/v1
//   key audit.example.com/hostA+9e67eb4c+AQOhB7…        what was trusted then, one line each
//   epochs 12                                           how many were closed in the full bundles
//
//   audit.example.com/hostA                             the checkpoint that was verified, as it was signed
//   …
//
// The file is believed: whoever can write it can have damage before that checkpoint overlooked. It holds no secret.
// Not a copy for --seen, which says nothing about entries that were read again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "policy/base/result.h"

namespace tally::verifier {

struct Remembered {
  std::vector<std::string> trusted;  ///< "key <vkey>", "root <vkey>"
  std::uint64_t epochs_closed = 0;   ///< ledger::Verified::epochs_closed
  std::string note;                  ///< the signed checkpoint, verbatim

  /// Kind `malformed` with the reason.
  static base::Result<Remembered> parse(std::string_view bytes);
  [[nodiscard]] std::string format() const;
};

/// Nothing when there is no such file yet.
base::Result<std::optional<Remembered>> recall(const std::string& path);
/// Replaces the file whole: after a crash it is the old one or the new one.
base::Result<void> remember(const std::string& path, const Remembered& what);

}  // namespace tally::verifier
