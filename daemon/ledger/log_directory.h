// LogDirectory: the files of a log on a local disk, read-only. The one place of daemon/ledger that touches files
// (docs/adr/0001-ledger-reads-its-directory.md), so that a verifier needs no other library.
//
//   auto log = LogDirectory::open("/var/lib/tallystick/log");
//   VerifyReport report = verify(**log, options);
//
// Never writes, creates or locks; symbolic links inside the log are refused.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/ledger/tile_reader.h"

namespace tally::ledger {

class LogDirectory final : public TileReader {
 public:
  /// `path` is the published tree: the folder that holds `checkpoint` and `tile`. Kind `not_found` without it.
  static base::Result<std::unique_ptr<LogDirectory>> open(std::string path);

  base::Result<std::vector<std::string>> list() override;
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override;

 private:
  explicit LogDirectory(std::string path) : path_(std::move(path)) {}
  base::Result<void> list_folder(const std::string& folder, std::vector<std::string>& paths) const;
  base::Result<void> add(const std::string& path, unsigned char type, std::vector<std::string>& paths) const;
  std::string path_;
};

}  // namespace tally::ledger
