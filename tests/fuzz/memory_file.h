// MemoryFile: a file without a disk, for what is read by its path.
//
//   static MemoryFile file;
//   options.path = file.path();
//   file.write(input.rest());
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "policy/base/assert.h"

namespace tally::fuzz {

class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) { TALLY_ASSERT(fd_ >= 0); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(fd_); }

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  /// Replaces what is in it.
  void write(std::string_view bytes) const {
    TALLY_ASSERT(::ftruncate(fd_, 0) == 0);
    TALLY_ASSERT(::pwrite(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }

 private:
  int fd_;
};

}  // namespace tally::fuzz
