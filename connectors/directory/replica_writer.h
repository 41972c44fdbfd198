// ReplicaWriter: a new replica, while a directory is being read as a whole.
//
//   auto writer = ReplicaWriter::create(path, identity);    // PATH.new
//   writer->put(key, flags, entry);
//   auto replica = std::move(*writer).finish(state);         // closed, read back: for what is known at the end alone
//   replica->put_container(…); replica->commit(state);
//   ReplicaWriter::put_in_place(path);                      // from now on it counts
//
// An old replica stays as it is until then.
#pragma once

#include <string>

#include "connectors/directory/replica.h"

namespace tally::directory {

class ReplicaWriter {
 public:
  /// Makes the folder when it is missing. `conflict`: another run is writing one.
  static base::Result<ReplicaWriter> create(const std::string& path, std::string_view identity);
  ReplicaWriter(ReplicaWriter&& other) noexcept;
  ReplicaWriter& operator=(ReplicaWriter&&) = delete;
  /// What is not in place is removed.
  ~ReplicaWriter();

  /// Trouble is told by finish().
  void put(const EntryKey& key, std::uint8_t flags, const Entry& entry);
  base::Result<Replica> finish(const ReplicaState& state) &&;

  static base::Result<void> put_in_place(const std::string& path);
  /// The unfinished one, where finish() left it; the other stays.
  static void discard_unfinished(const std::string& path);
  /// Both.
  static void discard(const std::string& path);

 private:
  ReplicaWriter(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  void flush();

  std::string path_;  ///< of the unfinished file; empty: somebody else's now
  int fd_ = -1;
  AttributeNames names_;
  std::string buffer_, body_;
  base::Sha256 hash_;
  base::Result<void> good_;
};

}  // namespace tally::directory
