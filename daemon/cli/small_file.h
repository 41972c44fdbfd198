// A file that somebody names on the command line, read as a whole.
//
//   auto bytes = read_small_file("manifest.json", kMaxManifestBytes);
#pragma once

#include <cstddef>
#include <string>

#include "policy/base/result.h"

namespace tally::cli {

/// Kinds `not_found`, `denied`, `io`; `limit` when it has more than `most` bytes.
base::Result<std::string> read_small_file(const std::string& path, std::size_t most);

}  // namespace tally::cli
