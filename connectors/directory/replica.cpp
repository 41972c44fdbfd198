#include "connectors/directory/replica.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "connectors/directory/replica_format.h"

namespace tally::directory {
namespace {

namespace format = replica_format;
using base::ErrorKind;
using base::failure;

/// Records up to a commit, and what it says.
struct Batch {
  std::string_view records;  ///< without the commit
  std::string_view hashed;   ///< with it
  std::string_view digest;
  std::string_view commit;
};

/// Takes the next batch off the front; nothing when the bytes end before it does.
std::optional<Batch> take_batch_bytes(std::string_view& in) {
  std::string_view rest = in;
  for (;;) {
    const std::size_t before = in.size() - rest.size();
    const auto record = format::take(rest);
    if (!record) return std::nullopt;
    if (record->tag != format::kCommit) continue;
    if (rest.size() < format::kDigestBytes) return std::nullopt;
    const Batch out{in.substr(0, before), in.substr(0, in.size() - rest.size()), rest.substr(0, format::kDigestBytes),
                    record->body};
    in = rest.substr(format::kDigestBytes);
    return out;
  }
}

base::Digest chained(const base::Digest& before, std::string_view bytes) {
  return base::Sha256().update(before.view()).update(bytes).finish();
}

std::optional<EntryKey> key_in(std::string_view body, std::size_t further) {
  return body.size() == 16 + further ? EntryKey::of_bytes(body.substr(0, 16)) : std::nullopt;
}

}  // namespace

base::Result<Replica> Replica::open(const std::string& path) {
  Replica out;
  out.fd_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (out.fd_ < 0) return base::system_failure("opening the replica " + path, errno);
  if (::flock(out.fd_, LOCK_EX | LOCK_NB) != 0) {
    return failure(ErrorKind::conflict, "the replica " + path + " is in use by another run");
  }
  struct stat status {};
  if (::fstat(out.fd_, &status) != 0) return base::system_failure("looking at the replica " + path, errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return failure(ErrorKind::malformed, "the replica " + path + " is empty");
  // Private: another process that cuts the file would end this one with SIGBUS, and the lock keeps others away.
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, out.fd_, 0);
  if (memory == MAP_FAILED) return base::system_failure("mapping the replica " + path, errno);
  out.mapped_ = {static_cast<const char*>(memory), size};
  if (auto good = out.load(out.mapped_); !good) return tl::unexpected(good.error().within("the replica " + path));
  return out;
}

base::Result<Replica> Replica::parse(std::string_view bytes) {
  Replica out;
  if (auto good = out.load(bytes); !good) return tl::unexpected(good.error());
  return out;
}

Replica::Replica(Replica&& other) noexcept { *this = std::move(other); }

Replica& Replica::operator=(Replica&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::exchange(other.fd_, -1);
  mapped_ = std::exchange(other.mapped_, {});
  header_ = other.header_;
  first_bytes_ = other.first_bytes_;
  end_ = other.end_;
  identity_ = other.identity_;
  state_ = std::move(other.state_);
  chain_ = other.chain_;
  names_ = std::move(other.names_);
  rows_ = std::move(other.rows_);
  index_ = std::move(other.index_);
  containers_ = std::move(other.containers_);
  later_ = std::move(other.later_);
  batch_ = std::move(other.batch_);
  touched_ = std::move(other.touched_);
  changed_ = other.changed_;
  removed_ = other.removed_;
  return *this;
}

Replica::~Replica() { close(); }

void Replica::close() {
  if (!mapped_.empty()) ::munmap(const_cast<char*>(mapped_.data()), mapped_.size());
  if (fd_ >= 0) ::close(fd_);
  mapped_ = {};
  fd_ = -1;
}

base::Result<void> Replica::load(std::string_view bytes) {
  std::string_view rest = bytes;
  const auto identity = format::take_header(rest);
  if (!identity) return failure(ErrorKind::malformed, "it does not begin as a replica does");
  identity_ = *identity;
  header_ = end_ = bytes.size() - rest.size();
  chain_ = base::sha256(bytes.substr(0, header_));
  while (!rest.empty()) {
    const auto batch = take_batch_bytes(rest);
    if (!batch) break;  // torn off: what it had to say is asked again
    const base::Digest digest = chained(chain_, batch->hashed);
    if (digest.view() != batch->digest) {
      if (rest.empty()) break;  // its length was written and not all of its bytes
      return failure(ErrorKind::malformed, "the digest of a batch does not fit what is in it");
    }
    auto state = format::read_commit(batch->commit);
    if (!state || !take_batch(batch->records)) return failure(ErrorKind::malformed, "a record in it is none");
    state_ = std::move(*state);
    chain_ = digest;
    end_ = bytes.size() - rest.size();
    if (first_bytes_ == 0) first_bytes_ = end_ - header_;
  }
  if (first_bytes_ == 0) return failure(ErrorKind::malformed, "it has no whole batch");
  return {};
}

bool Replica::take_batch(std::string_view records) {
  if (index_.empty()) index_.reserve(records.size() / 500);  // an entry is some 500 bytes
  while (!records.empty()) {
    const auto record = format::take(records);
    if (!record || !take_record(record->tag, record->body)) return false;
  }
  return true;
}

bool Replica::take_record(char tag, std::string_view body) {
  if (tag == format::kEntry) {
    const auto head = read_head(body);
    if (head) set(*head, body);
    return head.has_value();
  }
  if (tag == format::kName) return names_.add_view(body);
  if (tag == format::kContainer) {
    const auto key = EntryKey::of_bytes(body.substr(0, 16));
    if (key) containers_[*key] = body.substr(16);
    return key.has_value();
  }
  const auto key = key_in(body, tag == format::kProofs ? 1 : 0);
  if (!key) return false;
  if (tag == format::kRemoved) {
    drop(*key);
  } else if (tag == format::kNoContainer) {
    containers_.erase(*key);
  } else if (tag == format::kProofs) {
    const auto found = index_.find(*key);
    if (found != index_.end()) rows_[found->second].proofs = static_cast<std::uint8_t>(body[16]);
  } else {
    return false;
  }
  return true;
}

void Replica::set(const RecordHead& head, std::string_view body) {
  const auto [at, fresh] = index_.try_emplace(head.key, static_cast<std::uint32_t>(rows_.size()));
  if (fresh) rows_.emplace_back();
  rows_[at->second] = {head.key, head.flags, 0, body};
}

void Replica::drop(const EntryKey& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  rows_[found->second].body = {};
  index_.erase(found);
}

void Replica::each_stored(const std::function<void(const StoredEntry&)>& what) const {
  for (const StoredEntry& row : rows_) {
    if (!row.body.empty()) what(row);
  }
}

bool Replica::each(const std::function<void(const StoredEntry&, const Entry&)>& what) const {
  Entry entry;
  for (const StoredEntry& row : rows_) {
    if (row.body.empty()) continue;
    if (!read_record(row.body, names_, entry)) return false;
    what(row, entry);
  }
  return true;
}

const StoredEntry* Replica::find(const EntryKey& key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &rows_[found->second];
}

bool Replica::read(const EntryKey& key, Entry& entry) const {
  const StoredEntry* stored = find(key);
  return stored != nullptr && read_record(stored->body, names_, entry);
}

std::string_view Replica::add(char tag, std::string body) {
  format::write(tag, body, batch_);
  return later_.emplace_back(std::move(body));
}

bool Replica::put(const EntryKey& key, std::uint8_t flags, const Entry& entry) {
  touched_.insert(key);
  const std::size_t known = names_.size();
  std::string body;
  if (!write_record(key, flags, entry, names_, body)) return false;
  for (std::size_t number = known; number < names_.size(); ++number)
    format::write(format::kName, names_[number], batch_);
  const StoredEntry* before = find(key);
  if (before != nullptr && before->body == body) return true;
  Entry was;
  const bool same = before != nullptr && before->flags == flags && read(key, was) && same_content(was, entry, {});
  if (same) return true;
  ++changed_;
  set({key, flags}, add(format::kEntry, std::move(body)));
  return true;
}

void Replica::remove(const EntryKey& key) {
  touched_.insert(key);
  if (find(key) == nullptr) return;
  ++removed_;
  drop(key);
  add(format::kRemoved, std::string(key.view()));
}

void Replica::prove(const EntryKey& key, std::uint8_t proofs) {
  const auto found = index_.find(key);
  if (found == index_.end() || rows_[found->second].proofs == proofs) return;
  rows_[found->second].proofs = proofs;
  add(format::kProofs, std::string(key.view()) + static_cast<char>(proofs));
}

void Replica::put_container(const EntryKey& key, std::string_view dn) {
  containers_[key] = add(format::kContainer, std::string(key.view()).append(dn)).substr(16);
}

void Replica::remove_container(const EntryKey& key) {
  if (containers_.erase(key) > 0) add(format::kNoContainer, std::string(key.view()));
}

base::Result<void> Replica::commit(const ReplicaState& state) {
  if (fd_ < 0) return failure(ErrorKind::unsupported, "a replica in memory has no file");
  std::string bytes = batch_;
  format::write(format::kCommit, format::commit_body(state), bytes);
  const base::Digest digest = chained(chain_, bytes);
  bytes += digest.view();
  // A tail that was torn off is dropped only now.
  if (::ftruncate(fd_, static_cast<off_t>(end_)) != 0 || ::lseek(fd_, static_cast<off_t>(end_), SEEK_SET) < 0) {
    return base::system_failure("writing the replica", errno);
  }
  // Of a batch that is not written whole, the next open() finds a torn tail.
  if (auto written = format::write_all(fd_, bytes); !written) return written;
  batch_.clear();
  end_ += bytes.size();
  chain_ = digest;
  state_ = state;
  return {};
}

}  // namespace tally::directory
