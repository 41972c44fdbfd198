// The spelling of the members that every entry may have: one judge for Entry::parse() and for the quick look.
#pragma once

#include <string_view>

namespace tally::ledger {

/// [a-z][a-z0-9_]*, at most 64 characters.
bool is_type(std::string_view text);
/// "s:" and 32 lower-case hexadecimal digits.
bool is_subject(std::string_view text);

}  // namespace tally::ledger
