// WriteAheadLog: where appended entries are durable before tiles and checkpoint exist. One frame a batch:
//
//   "TALLYWAL" | first index u64 | entries u64 | payload bytes u64 | SHA-256 of these 32, first 16 bytes
//   payload (uint16 length and bytes of each entry, as in a bundle) | SHA-256 of header and payload
//
//   auto wal = WriteAheadLog::open(files, path);          // wal->recovered, wal->bytes_cut
//   wal->log.append(first_index, entries);                // durable when it returns
//   wal->log.clear();                                     // once tiles and checkpoint are durable
//
// Integers are big-endian. A batch counts whole or not at all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"

namespace tally::recorder {

class WriteAheadLog {
 public:
  struct Batch {
    std::uint64_t first_index = 0;
    std::vector<std::string> entries;
  };
  struct Opened;

  /// Reads all whole frames and cuts a torn last one off; what is recovered is durable. Kind `corrupt` when a damaged
  /// frame is followed by a whole one: that is no torn write, and acknowledged entries are lost.
  static base::Result<Opened> open(FileOperations& files, const std::string& path);
  base::Result<void> append(std::uint64_t first_index, std::span<const std::string> entries);
  base::Result<void> clear();

 private:
  WriteAheadLog(FileOperations& files, Descriptor file) : files_(&files), file_(std::move(file)) {}
  FileOperations* files_;
  Descriptor file_;
};

struct WriteAheadLog::Opened {
  WriteAheadLog log;
  std::vector<Batch> recovered;
  std::uint64_t bytes_cut = 0;
};

}  // namespace tally::recorder
