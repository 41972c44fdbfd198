// The flags of accounts as scenario files name them: by the names of their facts.
#pragma once

#include <cstdint>
#include <string>

namespace tally::scenarios {

/// "sid_history" is model::kSidHistory. Throws for a word that is none: these are our own tests.
std::uint32_t flag_of(const std::string& word);

}  // namespace tally::scenarios
