// The circumstances and the sources of a kept run as JSON, and back. Inner to this library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/archive/run_archive.h"

namespace tally::archive {

std::string to_json(const Circumstances& circumstances, base::Instant as_of);
std::string to_json(const std::vector<model::SourceRecord>& sources);

/// Kind `corrupt`, naming what is not as expected.
base::Result<void> from_json(std::string_view text, Circumstances& circumstances, base::Instant& as_of);
base::Result<void> from_json(std::string_view text, std::vector<model::SourceRecord>& sources);

}  // namespace tally::archive
