#include "daemon/ledger/log_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::failure;
using base::Result;

/// Closes a descriptor when it leaves the scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<std::unique_ptr<LogDirectory>> LogDirectory::open(std::string path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return base::system_failure(path, errno);
  if (!S_ISDIR(info.st_mode)) return failure(ErrorKind::not_found, path + ": not a directory");
  return std::unique_ptr<LogDirectory>(new LogDirectory(std::move(path)));
}

Result<std::vector<std::string>> LogDirectory::list() {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(path_, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::file_status status = entry->symlink_status(error);
    if (error && error.value() == ENOENT) {  // removed meanwhile: the writer drops partial tiles that became full
      error.clear();
      continue;
    }
    if (error) break;
    std::string relative = entry->path().lexically_relative(path_).generic_string();
    if (!fs::is_directory(status) && !fs::is_regular_file(status)) {
      return failure(ErrorKind::corrupt, base::displayable(relative) + ": neither a file nor a directory");
    }
    if (fs::is_regular_file(status)) paths.push_back(std::move(relative));
  }
  if (error) return base::system_failure(path_, error.value());
  return paths;
}

Result<std::string> LogDirectory::read(const std::string& path, std::size_t max_bytes) {
  const std::string full = path_ + "/" + path;
  const Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0) return base::system_failure(path, errno == ENOTDIR ? ENOENT : errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return base::system_failure(path, errno);
  if (static_cast<std::size_t>(info.st_size) > max_bytes) {
    return failure(ErrorKind::limit, fmt::format("{}: {} bytes, at most {} expected", path, info.st_size, max_bytes));
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_failure(path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace tally::ledger
