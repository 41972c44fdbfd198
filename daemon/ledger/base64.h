// Base64 as signed notes need it: RFC 4648 §4 with padding, and exactly one text for each value.
//
//   base64("\x01") == "AQ=="
//   parse_base64("AR==") == nullopt     // trailing bits are not zero
//
// Not a lenient reader: no white space, no missing padding. Two texts for one value would be two identities.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::ledger {

std::string base64(std::string_view bytes);
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace tally::ledger
