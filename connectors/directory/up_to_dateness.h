// Up-to-dateness: what a domain controller has taken over from each other one, and when it last heard of it.
//
//   const auto cursors = read_up_to_dateness(bytes_of_replUpToDateVector);
//   for (const Cursor& cursor : *cursors) cursor.invocation, cursor.heard …
//
// replUpToDateVector of a naming context's head (UPTODATE_VECTOR_V2_EXT's stored form, MS-DRSR 5.166: version, count,
// then 32 bytes for each domain controller that ever wrote). Pure, and every bound is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"

namespace tally::directory {

struct Cursor {
  std::string invocation;              ///< invocationId of the other's database, as guid_text() writes it
  std::uint64_t usn = 0;               ///< all its changes up to this one are here
  std::optional<base::Instant> heard;  ///< last successful replication that held its state; absent: not told
};

/// Nothing when the bytes are no vector of version 2, or not as long as it says.
std::optional<std::vector<Cursor>> read_up_to_dateness(std::string_view bytes);

}  // namespace tally::directory
