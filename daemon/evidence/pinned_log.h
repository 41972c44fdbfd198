// A log that stands still: its tiles as they are, and the checkpoint that was read once, so that all proofs made of it
// are of one tree while the writer goes on.
//
//   PinnedLog log(tiles, checkpoint_bytes);
//   auto proof = ledger::prove(log, 5);
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/tile_reader.h"

namespace tally::evidence {

class PinnedLog final : public ledger::TileReader {
 public:
  /// `log` outlives this; `checkpoint` is a signed note of it, perhaps an earlier one.
  PinnedLog(ledger::TileReader& log, std::string checkpoint) : log_(&log), checkpoint_(std::move(checkpoint)) {}

  [[nodiscard]] const std::string& checkpoint() const { return checkpoint_; }
  base::Result<std::vector<std::string>> list() override { return log_->list(); }
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    if (path == "checkpoint") return checkpoint_;
    return log_->read(path, max_bytes);
  }

 private:
  ledger::TileReader* log_;
  std::string checkpoint_;
};

}  // namespace tally::evidence
