#include "connectors/bloodhound/collection_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <optional>
#include <utility>

namespace tally::bloodhound {
namespace {

using base::ErrorKind;
using base::Result;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct OpenFile {
  Descriptor fd;
  struct stat status {};
};

/// A regular file, to be read; a pipe must not stall us.
Result<OpenFile> open_file(int folder, const std::string& name) {
  OpenFile out{Descriptor(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), {}};
  if (out.fd.get() < 0 || ::fstat(out.fd.get(), &out.status) != 0) return base::system_failure(name, errno);
  return out;
}

/// Bytes of a descriptor from the beginning, wherever others left it.
class FileBytes final : public ByteSource {
 public:
  FileBytes(int fd, std::uint64_t most) : fd_(fd), most_(most) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    while (true) {
      const ssize_t n = ::pread(fd_, to, size, static_cast<off_t>(at_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return base::system_failure("reading", errno);
      at_ += static_cast<std::uint64_t>(n);
      if (at_ > most_) return base::failure(ErrorKind::limit, "the file grew while it was read");
      return static_cast<std::size_t>(n);
    }
  }

 private:
  int fd_;
  std::uint64_t most_, at_ = 0;
};

/// Bytes of one file of an archive, unpacked; never more than the archive says that there are.
class ZipBytes final : public ByteSource {
 public:
  ZipBytes(zip_file_t* file, std::uint64_t most) : file_(file), most_(most) {}
  ~ZipBytes() override { zip_fclose(file_); }
  Result<std::size_t> read(char* to, std::size_t size) override {
    const zip_int64_t n = zip_fread(file_, to, size);
    if (n < 0) return base::failure(ErrorKind::malformed, fmt::format("unpacking: {}", zip_file_strerror(file_)));
    at_ += static_cast<std::uint64_t>(n);
    if (at_ > most_) return base::failure(ErrorKind::limit, "it unpacks to more than the archive says");
    if (n == 0 && at_ < most_) return base::failure(ErrorKind::malformed, "it unpacks to less than the archive says");
    return static_cast<std::size_t>(n);
  }

 private:
  zip_file_t* file_;
  std::uint64_t most_, at_ = 0;
};

bool is_json(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string end = name.substr(dot);
  std::transform(end.begin(), end.end(), end.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return end == ".json";
}

/// By the signature of its first file, or of the end of an empty archive (APPNOTE.TXT 4.3.7, 4.3.16).
bool begins_as_zip(int fd) {
  char bytes[2] = {};
  return ::pread(fd, bytes, sizeof bytes, 0) == 2 && bytes[0] == 'P' && bytes[1] == 'K';
}

base::Instant modified_at(const struct stat& status) { return base::Instant{std::chrono::seconds{status.st_mtime}}; }

base::Error too_many() {
  return {ErrorKind::limit, fmt::format("more than {} files: this is no collection", kMaxFiles)};
}

base::Error too_large(std::uint64_t bytes, std::uint64_t max_bytes) {
  return {ErrorKind::limit, fmt::format("the files have {} bytes, more than max_bytes = {}", bytes, max_bytes)};
}

}  // namespace

struct CollectionFiles::Place {
  struct Unpacked {
    zip_uint64_t index = 0;
    std::uint64_t bytes = 0;
  };
  ~Place() {
    if (zip != nullptr) zip_discard(zip);
  }
  OpenFile archive;
  zip_t* zip = nullptr;
  std::vector<Unpacked> packed;  ///< of an archive
  std::vector<OpenFile> files;   ///< of a folder, and of a file alone
  std::uint64_t max_bytes = 0;
};

CollectionFiles::CollectionFiles() : place_(std::make_unique<Place>()) {}
CollectionFiles::CollectionFiles(CollectionFiles&&) noexcept = default;
CollectionFiles& CollectionFiles::operator=(CollectionFiles&&) noexcept = default;
CollectionFiles::~CollectionFiles() = default;

Result<CollectionFiles> CollectionFiles::open(const std::string& path, std::uint64_t max_bytes) {
  CollectionFiles out;
  auto opened = open_file(AT_FDCWD, path);
  if (!opened) return tl::unexpected(opened.error());
  const mode_t mode = opened->status.st_mode;
  Result<void> done;
  if (S_ISDIR(mode)) {
    done = out.open_folder(path, max_bytes);
  } else if (!S_ISREG(mode)) {
    return base::failure(ErrorKind::io, "the path is neither a folder nor a regular file");
  } else if (!begins_as_zip(opened->fd.get())) {
    const auto size = static_cast<std::uint64_t>(opened->status.st_size);
    if (size > max_bytes) return tl::unexpected(too_large(size, max_bytes));
    out.modified_ = modified_at(opened->status);
    out.names_.push_back(path.substr(path.rfind('/') + 1));
    out.place_->files.push_back(std::move(*opened));
  } else {
    out.place_->archive = std::move(*opened);
    done = out.open_archive(max_bytes);
  }
  if (!done) return tl::unexpected(done.error());
  if (out.names_.empty()) return base::failure(ErrorKind::not_found, "there is no .json file in it");
  out.sort();
  return out;
}

Result<void> CollectionFiles::open_folder(const std::string& path, std::uint64_t max_bytes) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return base::system_failure("reading the folder", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> closing(folder, ::closedir);
  std::uint64_t bytes = 0;
  modified_ = base::kEndOfTime;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names_.size() + ignored_.size() == kMaxFiles) return tl::unexpected(too_many());
    if (!is_json(name)) {
      ignored_.push_back(name);
      continue;
    }
    auto file = open_file(::dirfd(folder), name);
    if (!file) return tl::unexpected(file.error());
    if (!S_ISREG(file->status.st_mode)) return base::failure(ErrorKind::io, name + " is no regular file");
    bytes += static_cast<std::uint64_t>(file->status.st_size);
    modified_ = std::min(modified_, modified_at(file->status));
    names_.push_back(name);
    place_->files.push_back(std::move(*file));
  }
  if (bytes > max_bytes) return tl::unexpected(too_large(bytes, max_bytes));
  return {};
}

Result<void> CollectionFiles::open_archive(std::uint64_t max_bytes) {
  const struct stat& status = place_->archive.status;
  modified_ = modified_at(status);
  int code = 0;
  const int copy = ::fcntl(place_->archive.fd.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return base::system_failure("reading the archive", errno);
  place_->zip = zip_fdopen(copy, 0, &code);
  if (place_->zip == nullptr) {
    ::close(copy);
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return base::failure(ErrorKind::malformed, fmt::format("as a zip it cannot be read: {}", why));
  }
  const zip_int64_t entries = zip_get_num_entries(place_->zip, 0);
  if (entries > static_cast<zip_int64_t>(kMaxFiles)) return tl::unexpected(too_many());
  std::uint64_t bytes = 0;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(std::max<zip_int64_t>(entries, 0)); ++i) {
    zip_stat_t one;
    zip_stat_init(&one);
    if (zip_stat_index(place_->zip, i, 0, &one) != 0 || (one.valid & ZIP_STAT_NAME) == 0)
      return base::failure(ErrorKind::malformed, fmt::format("the archive does not tell of its file {}", i + 1));
    const std::string whole = one.name, name = whole.substr(whole.rfind('/') + 1);
    if (name.empty()) continue;  // a folder
    if (!is_json(name)) {
      ignored_.push_back(name);
      continue;
    }
    if ((one.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && one.encryption_method != ZIP_EM_NONE)
      return base::failure(ErrorKind::unsupported, "the archive is encrypted: unpack it into a folder and name that");
    if ((one.valid & ZIP_STAT_SIZE) == 0 || one.size > max_bytes - std::min(bytes, max_bytes))
      return tl::unexpected(too_large(bytes + one.size, max_bytes));
    bytes += one.size;
    names_.push_back(name);
    place_->packed.push_back({i, one.size});
  }
  const auto packed = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 1));
  if (bytes > kRatioFrom && bytes / packed > kMaxRatio)
    return base::failure(
        ErrorKind::limit,
        fmt::format("the archive of {} bytes unpacks to {}, more than {} times as much", packed, bytes, kMaxRatio));
  return {};
}

void CollectionFiles::sort() {
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return names_[a] < names_[b]; });
  std::vector<std::string> names;
  std::vector<Place::Unpacked> packed;
  std::vector<OpenFile> files;
  for (const std::size_t i : order) {
    names.push_back(std::move(names_[i]));
    if (place_->zip != nullptr) packed.push_back(place_->packed[i]);
    if (place_->zip == nullptr) files.push_back(std::move(place_->files[i]));
  }
  names_ = std::move(names);
  place_->packed = std::move(packed);
  place_->files = std::move(files);
  std::sort(ignored_.begin(), ignored_.end());
}

Result<std::unique_ptr<ByteSource>> CollectionFiles::read(std::size_t i) const {
  if (place_->zip == nullptr) {
    const OpenFile& file = place_->files[i];
    return std::make_unique<FileBytes>(file.fd.get(), static_cast<std::uint64_t>(file.status.st_size));
  }
  zip_file_t* file = zip_fopen_index(place_->zip, place_->packed[i].index, 0);
  if (file == nullptr)
    return base::failure(ErrorKind::malformed, fmt::format("unpacking: {}", zip_strerror(place_->zip)));
  return std::make_unique<ZipBytes>(file, place_->packed[i].bytes);
}

Result<CollectionFiles::Content> CollectionFiles::content() const {
  Content out;
  base::Sha256 hash;
  std::string chunk(128U << 10U, '\0');
  const auto add = [&](const OpenFile& file) -> Result<void> {
    FileBytes bytes(file.fd.get(), static_cast<std::uint64_t>(file.status.st_size));
    while (true) {
      const auto got = bytes.read(chunk.data(), chunk.size());
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) return {};
      hash.update({chunk.data(), *got});
      out.bytes += *got;
    }
  };
  if (place_->zip != nullptr) {
    if (auto done = add(place_->archive); !done) return tl::unexpected(done.error());
  }
  for (const OpenFile& file : place_->files) {
    if (auto done = add(file); !done) return tl::unexpected(done.error());
  }
  out.digest = hash.finish();
  return out;
}

std::string CollectionFiles::changed() const {
  const auto same = [](const OpenFile& file) {
    struct stat now {};
    return ::fstat(file.fd.get(), &now) == 0 && now.st_size == file.status.st_size &&
           now.st_mtim.tv_sec == file.status.st_mtim.tv_sec && now.st_mtim.tv_nsec == file.status.st_mtim.tv_nsec;
  };
  if (place_->zip != nullptr) return same(place_->archive) ? "" : "the archive was written to while it was read";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!same(place_->files[i])) return names_[i] + " was written to while it was read";
  }
  return {};
}

}  // namespace tally::bloodhound
