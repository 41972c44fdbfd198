#include "connectors/directory/replica_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "connectors/directory/replica_format.h"

namespace tally::directory {
namespace {

namespace format = replica_format;

constexpr std::size_t kBufferBytes = 1U << 20U;

std::string beside(const std::string& path) { return path + ".new"; }

}  // namespace

base::Result<ReplicaWriter> ReplicaWriter::create(const std::string& path, std::string_view identity) {
  const std::string folder = path.substr(0, path.rfind('/'));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return base::system_failure("making " + folder, errno);
  const int fd = ::open(beside(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return base::system_failure("making the replica " + beside(path), errno);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return base::failure(base::ErrorKind::conflict, "another run is writing the replica " + path);
  }
  ReplicaWriter out(beside(path), fd);
  if (::ftruncate(fd, 0) != 0) return base::system_failure("making the replica " + beside(path), errno);
  const std::string header = format::header(identity);
  if (auto written = format::write_all(fd, header); !written) return tl::unexpected(written.error());
  out.hash_.update(base::sha256(header).view());
  return out;
}

ReplicaWriter::ReplicaWriter(ReplicaWriter&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      fd_(std::exchange(other.fd_, -1)),
      names_(std::move(other.names_)),
      buffer_(std::move(other.buffer_)),
      body_(std::move(other.body_)),
      hash_(std::move(other.hash_)),
      good_(std::move(other.good_)) {}

ReplicaWriter::~ReplicaWriter() {
  if (fd_ < 0) return;
  if (!path_.empty()) ::unlink(path_.c_str());
  ::close(fd_);
}

void ReplicaWriter::flush() {
  hash_.update(buffer_);
  if (good_) good_ = format::write_all(fd_, buffer_);
  buffer_.clear();
}

void ReplicaWriter::put(const EntryKey& key, std::uint8_t flags, const Entry& entry) {
  if (!good_) return;
  const std::size_t known = names_.size();
  if (!write_record(key, flags, entry, names_, body_)) {
    good_ = base::failure(base::ErrorKind::limit, "the entries have too many different attribute names");
    return;
  }
  for (std::size_t number = known; number < names_.size(); ++number)
    format::write(format::kName, names_[number], buffer_);
  format::write(format::kEntry, body_, buffer_);
  if (buffer_.size() >= kBufferBytes) flush();
}

base::Result<Replica> ReplicaWriter::finish(const ReplicaState& state) && {
  format::write(format::kCommit, format::commit_body(state), buffer_);
  flush();
  if (good_) good_ = format::write_all(fd_, hash_.finish().view());
  if (!good_) return tl::unexpected(good_.error());
  ::close(std::exchange(fd_, -1));  // its lock goes, and open() takes it again
  auto out = Replica::open(path_);
  if (!out) ::unlink(path_.c_str());
  return out;
}

base::Result<void> ReplicaWriter::put_in_place(const std::string& path) {
  if (std::rename(beside(path).c_str(), path.c_str()) == 0) return {};
  return base::system_failure("putting the replica " + path + " in its place", errno);
}

void ReplicaWriter::discard_unfinished(const std::string& path) { ::unlink(beside(path).c_str()); }

void ReplicaWriter::discard(const std::string& path) {
  ::unlink(path.c_str());
  discard_unfinished(path);
}

}  // namespace tally::directory
