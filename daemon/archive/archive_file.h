// Archive files: a stream of bytes, compressed on the way to the disk and named by its digest.
//
//   auto file = ArchiveWriter::create("/var/lib/tallystick/snapshots/run-12.tsa");
//   file->put(bytes);
//   base::Result<base::Digest> digest = file->finish();      // durable, and only now under its name
//
// The digest is SHA-256 of the bytes before compression: what counts is what they say. Zstandard (RFC 8878). Mode 0600:
// archives hold personal data. Not for what must be appended to: a file is written once, as a whole.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::archive {

/// More than a snapshot of ten million accounts comes to; a file that says it unpacks to more is refused.
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t{16} << 30;

class ArchiveWriter {
 public:
  /// Writes beside `path` until finish(). Kinds io and denied.
  static base::Result<ArchiveWriter> create(std::string path);
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) noexcept;
  /// Removes what finish() has not given its name.
  ~ArchiveWriter();

  /// A failure is kept, and finish() tells it.
  void put(std::string_view bytes);
  /// The file is complete, synced and renamed, and so is its folder. To be called once.
  base::Result<base::Digest> finish();

 private:
  struct State;
  explicit ArchiveWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Unpacked {
  std::string bytes;
  base::Digest digest;
};

/// The whole of a file. Kind `corrupt` when it is not what a writer left; `not_found` when it is not there.
base::Result<Unpacked> read_archive(const std::string& path);

}  // namespace tally::archive
