// TileReader: where the files of a log come from. LogDirectory (log_directory.h) reads a folder; tests read a map.
//
//   auto names = log.list();                                  // "checkpoint", "tile/entries/000.p/3", …
//   auto bytes = log.read("tile/0/000", kMaxTileBytes);
//
// Not a cache, and no judge: it hands out bytes as they are.
#pragma once

#include <string>
#include <vector>

#include "policy/base/result.h"

namespace tally::ledger {

/// Paths are relative with '/'. A failed call is reported as a problem of the log and is not retried.
class TileReader {
 public:
  virtual ~TileReader() = default;
  /// Every file of the log, in any order. Anything that is neither file nor directory is an error.
  virtual base::Result<std::vector<std::string>> list() = 0;
  /// All bytes of one file; kind `limit` when it is longer than `max_bytes`, `not_found` when there is none.
  /// May be called by several threads at once.
  virtual base::Result<std::string> read(const std::string& path, std::size_t max_bytes) = 0;
};

}  // namespace tally::ledger
