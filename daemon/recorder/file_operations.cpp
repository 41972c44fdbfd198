#include "daemon/recorder/file_operations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace tally::recorder {

int FileOperations::write(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return 0;
}

int FileOperations::sync(int fd) { return ::fsync(fd) == 0 ? 0 : errno; }

int FileOperations::rename(const std::string& from, const std::string& to) {
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

int FileOperations::truncate(int fd, off_t length) { return ::ftruncate(fd, length) == 0 ? 0 : errno; }

int FileOperations::sync_all(int fd) { return ::syncfs(fd) == 0 ? 0 : errno; }

FileOperations& FileOperations::system() {
  static FileOperations operations;
  return operations;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<Descriptor> open_file(const std::string& path, int flags, mode_t mode) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file.get() < 0) return base::system_failure(path, errno);
  return file;
}

base::Result<std::string> read_file(const std::string& path) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return tl::unexpected(file.error());
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return base::system_failure(path, errno);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file->get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_failure(path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

bool exists(const std::string& path) {
  struct stat info {};
  // What cannot be looked at is not missing: whoever opens it next is told why.
  return ::lstat(path.c_str(), &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

}  // namespace tally::recorder
