// FileOperations: the five calls that make data durable, in one place, so that a test can stop at each of them.
//
//   FileOperations& files = FileOperations::system();
//   files.write(fd, bytes); files.sync(fd); files.rename(staged, final); files.truncate(fd, 0);
//
// Contract: each returns 0 or an errno value, and is not retried after a failure: what is on disk is then unknown.
// Not a file system: opening, reading and removing lose nothing and stay with the operating system.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "policy/base/result.h"

namespace tally::recorder {

class FileOperations {
 public:
  virtual ~FileOperations() = default;
  /// All of the bytes at the descriptor's position.
  virtual int write(int fd, std::string_view bytes);
  /// fsync(2), of a file or a directory.
  virtual int sync(int fd);
  virtual int rename(const std::string& from, const std::string& to);
  virtual int truncate(int fd, off_t length);
  /// syncfs(2): everything on the descriptor's file system.
  virtual int sync_all(int fd);

  /// The operating system's; it has no state.
  static FileOperations& system();
};

/// A file descriptor that is closed when it leaves the scope; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// open(2) with O_CLOEXEC and O_NOFOLLOW.
base::Result<Descriptor> open_file(const std::string& path, int flags, mode_t mode = 0600);
/// All bytes of a file; nothing is cut.
base::Result<std::string> read_file(const std::string& path);
bool exists(const std::string& path);

}  // namespace tally::recorder
