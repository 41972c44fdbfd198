// The words of scenario files for flags, coverage and gaps. Each throws for a word that is none: these are our own
// tests.
#pragma once

#include <cstdint>
#include <string>

#include "policy/model/coverage.h"

namespace tally::scenarios {

/// "sid_history" is model::kSidHistory.
std::uint32_t flag_of(const std::string& word);

model::CoverageState state_of(const std::string& word);
model::Gap::Kind gap_of(const std::string& word);

}  // namespace tally::scenarios
