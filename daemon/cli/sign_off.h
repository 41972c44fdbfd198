// What the two commands about sign-offs have in common: the manifest of a run.
//
//   auto digest = manifest_of("pack-7/manifest.json", "run-7");
#pragma once

#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::cli {

/// SHA-256 of the file. Kind `malformed` when it is no manifest, or not that run's: the digest alone does not say so.
base::Result<base::Digest> manifest_of(const std::string& path, const std::string& run);

/// tallystick sign-off list
int sign_off_list(const std::vector<std::string>& arguments, Streams& io);

}  // namespace tally::cli
