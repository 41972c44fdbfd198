// LogWriter: what whoever records may ask of the one writer of a log: append, read, head. Nothing else.
//
//   auto head = log.head();                               // publishes what was recorded, and says how far the log is
//   auto done = log.append(head->size, leaves);           // durable when it returns
//
// Two implementations: SignedLog in this process, SignerClient in front of the process that holds the keys.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/base/result.h"

namespace tally::recorder {

/// Where a log stands.
struct Head {
  std::string vkey;        ///< the log's public key; its name is the origin
  std::uint64_t size = 0;  ///< entries, all of them published
  std::string note;        ///< the signed checkpoint of that size
};

/// Contract: called from one thread. After any failure but `conflict`, `malformed`, `limit` and `not_found` the writer
/// refuses everything, and nobody retries: it is opened again, which checks the log.
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  /// Publishes every entry recorded so far. Ends epochs that are over, each with an entry of its own.
  virtual base::Result<Head> head() = 0;
  /// All leaves in their order, or none; the first one becomes entry `at`. Kind `conflict`, and nothing written, when
  /// the log does not have `at` entries: it may have ended an epoch since. `malformed` names a leaf that is no entry or
  /// of a type that the log alone writes.
  virtual base::Result<void> append(std::uint64_t at, std::span<const std::string> leaves) = 0;
  /// Leaves [from, to), published or not; `not_found` beyond the end.
  virtual base::Result<std::vector<std::string>> read(std::uint64_t from, std::uint64_t to) = 0;
};

}  // namespace tally::recorder
