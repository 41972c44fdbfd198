// What a verification found, in words.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "daemon/ledger/verify.h"

namespace tally::verifier {

/// "340,000 of 1,000,000 entries, 1,200,000 a second, 1 s left"; the rate is left out while it is zero.
std::string progress_text(std::uint64_t done, std::uint64_t size, double per_second);

/// Also what the verification does not show.
void print(const ledger::VerifyReport& report, std::ostream& out);

}  // namespace tally::verifier
