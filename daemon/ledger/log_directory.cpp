#include "daemon/ledger/log_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <memory>

#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

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

struct ClosedFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// The names in a folder, sorted, with what kind of thing each is (DT_REG, …).
Result<std::map<std::string, unsigned char>> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, ClosedFolder> open(::opendir(folder.c_str()));
  if (!open) return base::system_failure(base::displayable(folder), errno);
  std::map<std::string, unsigned char> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());
    if (entry == nullptr && errno != 0) return base::system_failure(base::displayable(folder), errno);
    if (entry == nullptr) return names;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace(name, entry->d_type);
  }
}

}  // namespace

Result<std::unique_ptr<LogDirectory>> LogDirectory::open(std::string path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return base::system_failure(path, errno);
  if (!S_ISDIR(info.st_mode)) return failure(ErrorKind::not_found, path + ": not a directory");
  return std::unique_ptr<LogDirectory>(new LogDirectory(std::move(path)));
}

Result<std::vector<std::string>> LogDirectory::list() {
  std::vector<std::string> paths;
  if (auto listed = list_folder("", paths); !listed) return tl::unexpected(listed.error());
  return paths;
}

/// Adds the files below a folder, "" or "tile/0/", in the order of their names. So the hash tiles come before the
/// bundles
/// ("tile/0" before "tile/entries"), and a writer at work, who writes in the other order, never seems to have left a
/// hash tile without a bundle.
Result<void> LogDirectory::list_folder(const std::string& folder, std::vector<std::string>& paths) const {
  const auto names = names_in(path_ + "/" + folder);
  if (!names && names.error().kind == ErrorKind::not_found && folder.ends_with(".p/")) {
    // The writer dropped the partial tiles of a tile that became full meanwhile.
    paths.push_back(folder.substr(0, folder.size() - 3));
    return {};
  }
  if (!names) return tl::unexpected(names.error());
  for (const auto& [name, type] : *names) {
    if (auto added = add(folder + name, type, paths); !added) return added;
  }
  return {};
}

Result<void> LogDirectory::add(const std::string& path, unsigned char type, std::vector<std::string>& paths) const {
  if (type == DT_UNKNOWN) {  // a file system that does not say it in passing
    struct stat info {};
    if (::lstat((path_ + "/" + path).c_str(), &info) != 0) {
      if (errno == ENOENT) return {};
      return base::system_failure(base::displayable(path), errno);
    }
    type = S_ISDIR(info.st_mode) ? DT_DIR : S_ISREG(info.st_mode) ? DT_REG : DT_LNK;
  }
  if (type == DT_DIR) return list_folder(path + "/", paths);
  if (type != DT_REG) return failure(ErrorKind::corrupt, base::displayable(path) + ": neither a file nor a directory");
  paths.push_back(path);
  return {};
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
