// CsvFile: one pass over a regular file through one open descriptor, with its digest, and whether it stood still.
//
//   base::Result<CsvFile> file = CsvFile::open(path, max_bytes);
//   while (std::size_t got = file->read(room)) …
//   CsvFile::Seen seen = file->finish();
//
// A file that is replaced by rename while it is read stays the old one here. Reading only.
// KNOWN GAP: a read of a regular file cannot be given a deadline; a hanging network file system hangs the collection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::hr {

class CsvFile {
 public:
  struct Seen {
    base::Digest content;  ///< SHA-256 of all bytes read
    std::uint64_t bytes = 0;
    base::Instant modified;            ///< of the file when it was opened
    std::optional<base::Error> error;  ///< reading stopped early: io, or limit when the file outgrew its limit
    std::string changed;               ///< not empty: the file was written to meanwhile, and how that showed
  };

  /// not_found, denied, io; unsupported for anything but a regular file; limit for one larger than `max_bytes`.
  static base::Result<CsvFile> open(const std::string& path, std::uint64_t max_bytes);
  CsvFile(CsvFile&&) noexcept;
  CsvFile& operator=(CsvFile&&) noexcept;
  ~CsvFile();

  /// The next bytes; 0 at the end and after an error.
  [[nodiscard]] std::size_t read(std::span<char> room);
  /// Reads what is left, so that the digest is of the whole file, and looks at the file once more.
  [[nodiscard]] Seen finish();

 private:
  struct State;
  explicit CsvFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::hr
