// What a verification found, in words; and the same as one JSON object for programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "daemon/ledger/verify.h"

namespace tally::verifier {

/// "340,000 of 1,000,000 entries, 1,200,000 a second, 1 s left"; the rate is left out while it is zero.
std::string progress_text(std::uint64_t done, std::uint64_t size, double per_second);

/// Also what the verification does not show.
void print(const ledger::VerifyReport& report, std::ostream& out);
/// Schema "tallystick-verify/1" (tallystick(1)); `more_notes` are those of the command beside the report's own.
void print_json(const ledger::VerifyReport& report, int exit_code, const std::vector<std::string>& more_notes,
                std::ostream& out);

}  // namespace tally::verifier
