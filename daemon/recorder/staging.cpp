#include "daemon/recorder/staging.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tally::recorder {
namespace {

/// Open files at a time: well below the usual limit of 1024 descriptors.
constexpr std::size_t kMaxOpenFiles = 256;

std::string parent(const std::string& path) {
  const std::size_t slash = path.rfind('/', path.find_last_not_of('/'));  // "root/" is in "."
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

base::Result<void> Staging::prepare() {
  if (auto made = make_folders(folder_, 0700); !made) return made;
  folders_.erase(parent(folder_));  // after power loss it may be missing: then it is made again
  const auto folder = open_file(folder_, O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  if (const int error = files_.sync_all(folder->get()); error != 0) return base::system_failure(folder_, error);
  std::error_code error;
  std::filesystem::directory_iterator left(folder_, error);
  while (!error && left != std::filesystem::directory_iterator()) {
    // One that stayed might share its bytes with a published file: power loss can keep both names of a rename.
    if (!std::filesystem::remove(left->path(), error) && error) break;
    left.increment(error);
  }
  if (error) return base::system_failure(folder_, error.value());
  return {};
}

base::Result<void> Staging::make_folders(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    folders_.insert(parent(path));
    return {};
  }
  if (errno == EEXIST) return {};
  if (errno != ENOENT || parent(path) == path) return base::system_failure(path, errno);
  if (auto made = make_folders(parent(path), mode); !made) return made;
  return make_folders(path, mode);
}

base::Result<void> Staging::add(std::string target, std::string_view bytes, mode_t mode) {
  if (pending_.size() == kMaxOpenFiles) {
    if (auto flushed = flush(); !flushed) return flushed;
  }
  if (auto made = make_folders(parent(target)); !made) return made;
  const std::string staged = folder_ + "/" + std::to_string(pending_.size());
  auto file = open_file(staged, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!file) return tl::unexpected(file.error());
  if (const int error = files_.write(file->get(), bytes); error != 0) return base::system_failure(target, error);
  pending_.push_back({std::move(*file), staged, std::move(target)});
  return {};
}

base::Result<void> Staging::flush() {
  // First all bytes, then all names: the first sync carries most of the others' data with it.
  for (const Pending& file : pending_) {
    if (const int error = files_.sync(file.file.get()); error != 0) return base::system_failure(file.target, error);
  }
  for (const Pending& file : pending_) {
    if (const int error = files_.rename(file.staged, file.target); error != 0) {
      return base::system_failure(file.target, error);
    }
    folders_.insert(parent(file.target));
  }
  pending_.clear();
  return sync_folders();
}

base::Result<void> Staging::save(std::string target, std::string_view bytes, mode_t mode) {
  if (auto added = add(std::move(target), bytes, mode); !added) return added;
  return flush();
}

base::Result<void> Staging::sync_folders() {
  for (const std::string& path : std::exchange(folders_, {})) {
    auto folder = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!folder) return tl::unexpected(folder.error());
    if (const int error = files_.sync(folder->get()); error != 0) return base::system_failure(path, error);
  }
  return {};
}

}  // namespace tally::recorder
