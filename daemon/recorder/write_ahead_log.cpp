#include "daemon/recorder/write_ahead_log.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "daemon/ledger/tile.h"
#include "policy/base/digest.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kMagic = "TALLYWAL";
constexpr std::size_t kHeaderBytes = 48;  ///< with the 16 bytes of its own hash
constexpr std::size_t kHashedHeaderBytes = 32;
constexpr std::size_t kDigestBytes = 32;

void put(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}

std::uint64_t get(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

struct Frame {
  WriteAheadLog::Batch batch;
  std::size_t bytes = 0;
};

/// The whole frame at the front of `bytes`, or nothing.
std::optional<Frame> read_frame(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes + kDigestBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::string_view header = bytes.substr(0, kHashedHeaderBytes);
  if (base::sha256(header).view().substr(0, 16) != bytes.substr(kHashedHeaderBytes, 16)) return std::nullopt;
  const std::uint64_t count = get(header.substr(16));
  const std::uint64_t length = get(header.substr(24));
  if (length > bytes.size() - kHeaderBytes - kDigestBytes) return std::nullopt;
  const std::string_view hashed = bytes.substr(0, kHeaderBytes + length);
  if (base::sha256(hashed).view() != bytes.substr(hashed.size(), kDigestBytes)) return std::nullopt;

  Frame frame{{get(header.substr(8)), {}}, hashed.size() + kDigestBytes};
  std::string_view rest = hashed.substr(kHeaderBytes);
  while (!rest.empty()) {
    const ledger::BundleParts parts = ledger::split_bundle(rest);  // 256 entries at a time
    if (parts.entries.empty()) return std::nullopt;
    frame.batch.entries.insert(frame.batch.entries.end(), parts.entries.begin(), parts.entries.end());
    rest = parts.rest;
  }
  if (frame.batch.entries.size() != count) return std::nullopt;
  return frame;
}

/// True when some later byte starts a whole frame.
bool whole_frame_follows(std::string_view bytes) {
  for (std::size_t at = bytes.find(kMagic, 1); at != std::string_view::npos; at = bytes.find(kMagic, at + 1)) {
    if (read_frame(bytes.substr(at))) return true;
  }
  return false;
}

/// The same bytes in a new file under the old name. Writing them again into the old one is not enough: bytes whose sync
/// failed are shown until the power goes, and no later sync brings them to the disk.
Result<void> write_anew(FileOperations& files, const std::string& path, std::string_view bytes) {
  const std::string fresh = path + ".new";
  const auto file = open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) return tl::unexpected(file.error());
  const auto folder = open_file(path.substr(0, path.rfind('/')), O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  int error = files.write(file->get(), bytes);
  if (error == 0) error = files.sync(file->get());
  if (error == 0) error = files.rename(fresh, path);
  if (error == 0) error = files.sync(folder->get());
  if (error != 0) return base::system_failure(path, error);
  return {};
}

Result<std::string> content_of(const std::string& path) {
  if (!exists(path)) return std::string();
  return read_file(path);
}

}  // namespace

Result<WriteAheadLog::Opened> WriteAheadLog::open(FileOperations& files, const std::string& path) {
  const auto content = content_of(path);
  if (!content) return tl::unexpected(content.error());
  std::vector<Batch> recovered;
  std::string_view rest = *content;
  while (auto frame = read_frame(rest)) {
    recovered.push_back(std::move(frame->batch));
    rest.remove_prefix(frame->bytes);
  }
  const std::string_view whole = std::string_view(*content).substr(0, content->size() - rest.size());
  if (whole_frame_follows(rest)) {
    return base::failure(ErrorKind::corrupt, fmt::format("{}: byte {} is damaged, and whole entries follow: this is no "
                                                         "torn write",
                                                         path, whole.size()));
  }
  // An empty one too: it may be empty because a truncation is seen whose sync failed.
  if (auto written = write_anew(files, path, whole); !written) return tl::unexpected(written.error());
  auto file = open_file(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file) return tl::unexpected(file.error());
  return Opened{WriteAheadLog(files, std::move(*file)), std::move(recovered), rest.size()};
}

Result<void> WriteAheadLog::append(std::uint64_t first_index, std::span<const std::string> entries) {
  std::size_t length = 0;
  for (const std::string& entry : entries) length += 2 + entry.size();
  std::string frame(kMagic);
  frame.reserve(kHeaderBytes + length + kDigestBytes);
  put(frame, first_index);
  put(frame, entries.size());
  put(frame, length);
  frame += base::sha256(frame).view().substr(0, 16);
  for (const std::string& entry : entries) ledger::add_to_bundle(frame, entry);
  frame += base::sha256(frame).view();
  int error = files_->write(file_.get(), frame);
  if (error == 0) error = files_->sync(file_.get());
  if (error != 0) return base::system_failure("write-ahead log", error);
  return {};
}

Result<void> WriteAheadLog::clear() {
  int error = files_->truncate(file_.get(), 0);
  if (error == 0) error = files_->sync(file_.get());
  if (error != 0) return base::system_failure("write-ahead log", error);
  return {};
}

}  // namespace tally::recorder
