// Staging: files that appear whole, under their final name, and stay after power loss.
//
//   Staging staging(files, root + "/state/staging");
//   staging.add(root + "/log/tile/0/000.p/3", bytes);
//   staging.flush();                                // every file synced, renamed, its directory synced
//
// Not a transaction: after a crash some of the files are there and some are not, but none is torn.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"

namespace tally::recorder {

class Staging {
 public:
  /// `folder` is on the same file system as all targets.
  Staging(FileOperations& files, std::string folder) : files_(files), folder_(std::move(folder)) {}
  /// Makes the folder, or empties it of what a crash left. Before anything of a log is read: what a killed process
  /// wrote and renamed is seen by the next one though it may not be on disk yet; when this returns it is.
  base::Result<void> prepare();
  /// Writes the bytes beside; the target's folders are made. Flushes by itself when many files are open.
  base::Result<void> add(std::string target, std::string_view bytes, mode_t mode = 0644);
  base::Result<void> flush();
  /// One file at once: add and flush.
  base::Result<void> save(std::string target, std::string_view bytes, mode_t mode = 0644);
  /// mkdir -p below an existing folder; new names are synced with the next flush.
  base::Result<void> make_folders(const std::string& path, mode_t mode = 0755);

 private:
  struct Pending {
    Descriptor file;
    std::string staged, target;
  };
  base::Result<void> sync_folders();

  FileOperations& files_;
  std::string folder_;
  std::vector<Pending> pending_;
  std::set<std::string> folders_;  ///< that hold new names: each is synced once
};

}  // namespace tally::recorder
