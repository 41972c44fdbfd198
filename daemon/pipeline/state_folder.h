// The state folder: what lies where in it, and files that are written as a whole.
//
//   store::Store::open(store_path("/var/lib/tallystick"));
//
// What lies inside log/ and state/ is the recorder's own business (daemon/recorder/layout.h).
#pragma once

#include <string>
#include <string_view>

#include "policy/base/result.h"

namespace tally::pipeline {

std::string store_path(const std::string& state);
std::string log_path(const std::string& state);
/// Folder of what the verdicts of the newest runs depended on (daemon/archive).
std::string snapshots_path(const std::string& state);
/// Folder of what directories said, for asking them what changed (connectors/directory/replica.h).
std::string replicas_path(const std::string& state);
/// File with the log's public key, for whoever verifies.
std::string public_key_path(const std::string& state);

/// Writes a file as a whole: beside it first, then renamed over it. Mode 0600: reports hold personal data.
base::Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace tally::pipeline
