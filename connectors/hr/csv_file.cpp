#include "connectors/hr/csv_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace tally::hr {
namespace {

constexpr std::size_t kDrainChunk = std::size_t{1} << 18;

base::Instant modified_at(const struct stat& status) {
  return base::Instant{std::chrono::duration_cast<base::Duration>(std::chrono::seconds{status.st_mtim.tv_sec} +
                                                                  std::chrono::nanoseconds{status.st_mtim.tv_nsec})};
}

bool same_moment(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

}  // namespace

struct CsvFile::State {
  State(std::string file_path, int descriptor, std::uint64_t limit)
      : path(std::move(file_path)), fd(descriptor), max_bytes(limit) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::close(fd); }

  std::string path;
  int fd;
  std::uint64_t max_bytes;
  struct stat opened {};
  std::uint64_t bytes = 0;
  base::Sha256 hash;
  bool ended = false;
  std::optional<base::Error> error;
};

base::Result<CsvFile> CsvFile::open(const std::string& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: opening a pipe must not wait for its writer. It changes nothing for regular files.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return base::system_failure(fmt::format("opening {}", path), errno);
  auto state = std::make_unique<State>(path, fd, max_bytes);
  if (::fstat(fd, &state->opened) != 0) return base::system_failure(fmt::format("looking at {}", path), errno);
  if (!S_ISREG(state->opened.st_mode)) {
    return base::failure(base::ErrorKind::unsupported, fmt::format("{} is not a regular file", path));
  }
  const auto size = static_cast<std::uint64_t>(state->opened.st_size);
  if (size > max_bytes) {
    return base::failure(base::ErrorKind::limit,
                         fmt::format("{} has {} bytes; the limit max_bytes is {}", path, size, max_bytes));
  }
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return CsvFile(std::move(state));
}

CsvFile::CsvFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvFile::CsvFile(CsvFile&&) noexcept = default;
CsvFile& CsvFile::operator=(CsvFile&&) noexcept = default;
CsvFile::~CsvFile() = default;

std::size_t CsvFile::read(std::span<char> room) {
  State& s = *state_;
  if (s.ended) return 0;
  ssize_t got = 0;
  do {
    got = ::read(s.fd, room.data(), room.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) s.error = base::system_failure(fmt::format("reading {}", s.path), errno).value();
  if (got > 0 && s.bytes + static_cast<std::uint64_t>(got) > s.max_bytes) {
    s.error = base::Error{base::ErrorKind::limit,
                          fmt::format("{} grew beyond {} bytes (max_bytes) while it was read", s.path, s.max_bytes)};
  }
  if (got <= 0 || s.error) {
    s.ended = true;
    return 0;
  }
  s.bytes += static_cast<std::uint64_t>(got);
  s.hash.update(std::string_view(room.data(), static_cast<std::size_t>(got)));
  return static_cast<std::size_t>(got);
}

CsvFile::Seen CsvFile::finish() {
  State& s = *state_;
  if (!s.ended) {
    std::vector<char> room(kDrainChunk);
    while (read(room) != 0) {
    }
  }
  Seen seen{s.hash.finish(), s.bytes, modified_at(s.opened), s.error, {}};
  struct stat now {};
  if (::fstat(s.fd, &now) != 0) {
    seen.changed = "it could not be looked at again after reading";
  } else if (now.st_size != s.opened.st_size || static_cast<std::uint64_t>(now.st_size) != s.bytes) {
    seen.changed =
        fmt::format("it had {} bytes before, {} after, and {} were read", s.opened.st_size, now.st_size, s.bytes);
  } else if (!same_moment(now.st_mtim, s.opened.st_mtim)) {
    seen.changed = "its time of modification moved";
  }
  return seen;
}

}  // namespace tally::hr
