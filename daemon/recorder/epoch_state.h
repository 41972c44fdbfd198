// EpochState: the ratchet's secret on disk, overwritten in place so that the last one is gone.
//
//   auto state = EpochState::open(files, layout.epoch_state());
//   state->save(next);              // durable, then the older secret is overwritten
//
// Two slots, 4 KiB apart, so that a torn write spoils one at most:
//
//   "TALLYEPO" | epoch u64 | secret, 32 bytes | SHA-256 of these 48
//
// KNOWN GAP: a file system that copies on write, an SSD and a snapshot keep what was overwritten. A witness and RFC
// 3161 tokens hold against that; docs/operating.md says how to leave this file out of backups.
#pragma once

#include <optional>
#include <string>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/ratchet.h"
#include "policy/base/result.h"

namespace tally::recorder {

class EpochState {
 public:
  /// Makes the file (0600) with both slots empty when it is missing. Kind `denied` when others can open it; `corrupt`
  /// when it has another size.
  static base::Result<EpochState> open(FileOperations& files, const std::string& path);

  /// The newest secret that a slot holds; nothing when neither does.
  [[nodiscard]] const std::optional<Ratchet>& ratchet() const { return ratchet_; }
  /// Durable when it returns, and every other secret overwritten.
  base::Result<void> save(const Ratchet& ratchet);

 private:
  EpochState(FileOperations& files, Descriptor file, std::string path)
      : files_(&files), file_(std::move(file)), path_(std::move(path)) {}
  base::Result<void> write_slot(int slot, const GuardedBytes& bytes);
  base::Result<void> wipe_slot(int slot);

  FileOperations* files_;
  Descriptor file_;
  std::string path_;
  std::optional<Ratchet> ratchet_;
  int slot_ = 0;  ///< that holds it
};

}  // namespace tally::recorder
