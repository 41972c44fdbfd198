// Promises: what a log acknowledged, kept in a file outside of it, so that whatever happens to the log can be held
// against it. One line a promise:
//
//   trying 4 3                         three entries are about to be appended behind the fourth
//   recorded 4 <leaf> <personal>       SHA-256 of the entry's bytes and of its personal values, or "-"
//   opened 7                           the recorder was opened and said that it has seven entries
//
// A line that is not whole was never promised to anybody.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"
#include "policy/model/receipt.h"

namespace tally::faults {

/// The writing side. Every line is on disk when its function returns.
class PromiseFile {
 public:
  static base::Result<PromiseFile> open(const std::string& path);
  base::Result<void> trying(std::uint64_t first, std::uint64_t count);
  base::Result<void> recorded(const model::Receipt& receipt);
  base::Result<void> opened(std::uint64_t size);

 private:
  explicit PromiseFile(recorder::Descriptor file) : file_(std::move(file)) {}
  base::Result<void> add(const std::string& lines);
  recorder::Descriptor file_;
};

struct Promises {
  struct Entry {
    std::string leaf, personal;  ///< hex digests; personal "-" when there are no such values
  };
  std::map<std::uint64_t, Entry> entries;
  std::uint64_t size = 0;     ///< at least so many entries are there
  std::uint64_t tried = 0;    ///< that many more may be there, all of them or none
  std::uint64_t longest = 0;  ///< entries of the largest batch

  static base::Result<Promises> read(const std::string& path);
};

/// How `recorded` names an entry.
Promises::Entry digests(const model::RecordedEntry& entry);

}  // namespace tally::faults
