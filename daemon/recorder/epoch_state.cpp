#include "daemon/recorder/epoch_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "policy/base/digest.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kMagic = "TALLYEPO";
constexpr std::size_t kHashedBytes = 8 + 8 + Ratchet::kSecretBytes;
constexpr std::size_t kRecordBytes = kHashedBytes + 32;
/// Apart by more than a sector, a page and a block: no write of one slot touches the other.
constexpr off_t kSlotBytes = 4096;
constexpr int kSlots = 2;

std::string_view view(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

GuardedBytes record_of(const Ratchet& ratchet) {
  GuardedBytes record(kRecordBytes);
  std::memcpy(record.data(), kMagic.data(), kMagic.size());
  for (int i = 0; i < 8; ++i) record.data()[8 + i] = static_cast<unsigned char>(ratchet.epoch() >> (56 - 8 * i));
  std::memcpy(record.data() + 16, ratchet.secret().data(), Ratchet::kSecretBytes);
  const base::Digest digest = base::sha256(view(record.data(), kHashedBytes));
  std::memcpy(record.data() + kHashedBytes, digest.bytes.data(), digest.bytes.size());
  return record;
}

std::optional<Ratchet> ratchet_of(const GuardedBytes& record) {
  const std::string_view bytes = view(record.data(), record.size());
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  if (base::sha256(bytes.substr(0, kHashedBytes)).view() != bytes.substr(kHashedBytes)) return std::nullopt;
  std::uint64_t epoch = 0;
  for (int i = 0; i < 8; ++i) epoch = epoch << 8 | record.data()[8 + i];
  return Ratchet::resume(epoch, bytes.substr(16, Ratchet::kSecretBytes));
}

Result<void> make_empty(FileOperations& files, int fd, const std::string& path) {
  if (const int error = files.write(fd, std::string(kSlots * kSlotBytes, '\0')); error != 0) {
    return base::system_failure(path, error);
  }
  if (const int error = files.sync(fd); error != 0) return base::system_failure(path, error);
  const auto folder = open_file(path.substr(0, path.rfind('/')), O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  if (const int error = files.sync(folder->get()); error != 0) return base::system_failure(path, error);
  return {};
}

}  // namespace

Result<EpochState> EpochState::open(FileOperations& files, const std::string& path) {
  auto file = open_file(path, O_RDWR | O_CREAT, 0600);
  if (!file) return tl::unexpected(file.error());
  EpochState state(files, std::move(*file), path);
  const int fd = state.file_.get();
  struct stat info {};
  if (::fstat(fd, &info) != 0) return base::system_failure(path, errno);
  if ((info.st_mode & 077) != 0) {
    return base::failure(ErrorKind::denied,
                         fmt::format("{}: group or others can open the epoch's secret: chmod 600 {}", path, path));
  }
  for (int slot = 0; slot < kSlots; ++slot) {
    GuardedBytes record(kRecordBytes);
    const ssize_t got = ::pread(fd, record.data(), kRecordBytes, slot * kSlotBytes);
    if (got < 0) return base::system_failure(path, errno);
    auto ratchet = static_cast<std::size_t>(got) == kRecordBytes ? ratchet_of(record) : std::nullopt;
    if (!ratchet || (state.ratchet_ && state.ratchet_->epoch() > ratchet->epoch())) continue;
    state.ratchet_ = std::move(ratchet);
    state.slot_ = slot;
  }
  if (!state.ratchet_) {
    if (info.st_size >= kSlots * kSlotBytes) return state;
    // New, or its maker was stopped: no epoch was ever signed with it.
    if (auto made = make_empty(files, fd, path); !made) return tl::unexpected(made.error());
    return state;
  }
  // A stop between the two halves of save() leaves the older secret behind. Before that goes, the newer one is written
  // again: if its sync failed, it is shown until the power goes, and no later sync brings it to the disk.
  if (auto kept = state.write_slot(state.slot_, record_of(*state.ratchet_)); !kept) return tl::unexpected(kept.error());
  if (auto wiped = state.wipe_slot(1 - state.slot_); !wiped) return tl::unexpected(wiped.error());
  return state;
}

Result<void> EpochState::write_slot(int slot, const GuardedBytes& bytes) {
  if (::lseek(file_.get(), slot * kSlotBytes, SEEK_SET) < 0) return base::system_failure(path_, errno);
  int error = files_->write(file_.get(), view(bytes.data(), bytes.size()));
  if (error == 0) error = files_->sync(file_.get());
  if (error != 0) return base::system_failure(path_, error);
  return {};
}

Result<void> EpochState::wipe_slot(int slot) {
  GuardedBytes zeros(kRecordBytes);
  sodium_memzero(zeros.data(), zeros.size());
  return write_slot(slot, zeros);
}

Result<void> EpochState::save(const Ratchet& ratchet) {
  const int slot = ratchet_ ? 1 - slot_ : slot_;
  if (auto written = write_slot(slot, record_of(ratchet)); !written) return written;
  ratchet_ = ratchet.duplicate();
  slot_ = slot;
  return wipe_slot(1 - slot);
}

}  // namespace tally::recorder
