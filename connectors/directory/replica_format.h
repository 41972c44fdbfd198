// The bytes of a replica's file (docs/spec/replica.md). Inner to replica.cpp and replica_writer.cpp.
//
//   file    header batch*
//   header  "tallystick replica 1\n" text(identity)
//   batch   record* commit digest
//   record  tag number(size of the body) body
//   digest  SHA-256(digest before, all bytes of the batch before its digest); before the first batch: of the header
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/directory/replica.h"

namespace tally::directory::replica_format {

inline constexpr std::string_view kMagic = "tallystick replica 1\n";
inline constexpr std::size_t kDigestBytes = 32;
/// An identity is a list of settings; nothing longer is believed.
inline constexpr std::size_t kMaxIdentityBytes = 4U << 20U;

enum Tag : char {
  kName = 'N',         ///< the next attribute name
  kEntry = 'E',        ///< write_record()
  kRemoved = 'R',      ///< key
  kProofs = 'P',       ///< key, one byte
  kContainer = 'K',    ///< key, DN
  kNoContainer = 'k',  ///< key
  kCommit = 'C',
};

struct Record {
  char tag = 0;
  std::string_view body;
};

std::string header(std::string_view identity);
/// Takes the header off the front; nothing when it is none.
std::optional<std::string_view> take_header(std::string_view& in);
void write(char tag, std::string_view body, std::string& out);
std::optional<Record> take(std::string_view& in);
std::string commit_body(const ReplicaState& state);
std::optional<ReplicaState> read_commit(std::string_view body);
/// Writes everything, or says why not.
base::Result<void> write_all(int fd, std::string_view bytes);

}  // namespace tally::directory::replica_format
