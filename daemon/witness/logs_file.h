// The logs that a witness cosigns: a file with one public key (vkey) a line, and '#' comments.
//
//   auto logs = parse_logs_file(text, "/etc/tallystick-witness/logs");
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/ledger/note.h"
#include "policy/base/diagnostic.h"

namespace tally::witness {

/// At least one key, none twice; one diagnostic for each wrong line. An origin may have several keys.
tl::expected<std::vector<ledger::VerifierKey>, base::Diagnostics> parse_logs_file(std::string_view text,
                                                                                  const std::string& file);

}  // namespace tally::witness
