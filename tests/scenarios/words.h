// The words of scenario files: keys of people and accounts, flags, coverage and gaps. Each function throws for a word
// that is none: these are our own tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/coverage.h"
#include "policy/model/person.h"

namespace tally::scenarios {

/// The keys of [[person]] and [[account]].
const std::vector<std::string_view>& words_of_person();
const std::vector<std::string_view>& words_of_account();

/// "sid_history" is model::kSidHistory.
std::uint32_t flag_of(const std::string& word);

model::Employment status_of(const std::string& word);
model::CoverageState state_of(const std::string& word);
model::Gap::Kind gap_of(const std::string& word);

}  // namespace tally::scenarios
