#include "daemon/archive/archive_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/recorder/file_operations.h"
#include "policy/base/assert.h"

namespace tally::archive {
namespace {

using base::ErrorKind;
using base::Result;

/// Fast: an audit waits for it. Higher levels save little on columns of ids.
constexpr int kLevel = 1;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct ArchiveWriter::State {
  std::string path, beside;
  recorder::Descriptor file;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> compressor{ZSTD_createCCtx()};
  base::Sha256 hash;
  std::vector<char> room = std::vector<char>(ZSTD_CStreamOutSize());
  std::optional<base::Error> failed;

  void compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool done = false;
    while (!done && !failed) {
      ZSTD_outBuffer out{room.data(), room.size(), 0};
      const std::size_t left = ZSTD_compressStream2(compressor.get(), &out, &in, directive);
      TALLY_ASSERT(ZSTD_isError(left) == 0);
      write({room.data(), out.pos});
      done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
  }

  void write(std::string_view bytes) {
    if (const int error = recorder::FileOperations::system().write(file.get(), bytes); error != 0) fail(error);
  }

  void fail(int error) { failed = base::system_failure("writing " + beside, error).value(); }

  /// Synced and renamed, and the folder synced, or an errno value.
  int put_in_place() {
    recorder::FileOperations& files = recorder::FileOperations::system();
    if (const int error = files.sync(file.get()); error != 0) return error;
    if (const int error = files.rename(beside, path); error != 0) return error;
    beside.clear();
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const auto opened = recorder::open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    return opened ? files.sync(opened->get()) : EIO;
  }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;
ArchiveWriter& ArchiveWriter::operator=(ArchiveWriter&&) noexcept = default;

ArchiveWriter::~ArchiveWriter() {
  if (state_ && !state_->beside.empty()) ::unlink(state_->beside.c_str());
}

Result<ArchiveWriter> ArchiveWriter::create(std::string path) {
  auto state = std::make_unique<State>();
  std::string beside = path + ".XXXXXX";  // the form of mkostemp(3), which makes it with mode 0600
  state->file = recorder::Descriptor(::mkostemp(beside.data(), O_CLOEXEC));
  if (state->file.get() < 0) return base::system_failure("writing " + beside, errno);
  state->path = std::move(path);
  state->beside = std::move(beside);
  ZSTD_CCtx_setParameter(state->compressor.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(state->compressor.get(), ZSTD_c_checksumFlag, 1);
  return ArchiveWriter(std::move(state));
}

void ArchiveWriter::put(std::string_view bytes) {
  if (state_->failed) return;
  state_->hash.update(bytes);
  state_->compress(bytes, ZSTD_e_continue);
}

Result<base::Digest> ArchiveWriter::finish() {
  if (!state_->failed) state_->compress({}, ZSTD_e_end);
  if (!state_->failed) {
    if (const int error = state_->put_in_place(); error != 0) state_->fail(error);
  }
  if (state_->failed) return tl::unexpected(*state_->failed);
  return state_->hash.finish();
}

Result<Unpacked> read_archive(const std::string& path) {
  auto packed = recorder::read_file(path);
  if (!packed) return tl::unexpected(packed.error());
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> decompressor(ZSTD_createDCtx());
  const auto corrupt = [&](std::string_view why) {
    return base::failure(ErrorKind::corrupt, fmt::format("{} cannot be unpacked: {}", path, why));
  };
  Unpacked unpacked;
  std::vector<char> room(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{packed->data(), packed->size(), 0};
  std::size_t left = 1;
  for (bool more = true; left != 0 && more;) {
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    left = ZSTD_decompressStream(decompressor.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return corrupt(ZSTD_getErrorName(left));
    if (unpacked.bytes.size() + out.pos > kMaxUnpackedBytes) {
      return corrupt(fmt::format("it holds more than {} bytes", kMaxUnpackedBytes));
    }
    unpacked.bytes.append(room.data(), out.pos);
    more = in.pos < in.size || out.pos == out.size;
  }
  if (left != 0) return corrupt("it ends too early");
  if (in.pos != in.size) return corrupt("something follows its end");
  unpacked.digest = base::sha256(unpacked.bytes);
  return unpacked;
}

}  // namespace tally::archive
