// The small forms that C2SP texts share: lines that end in LF, decimal numbers and hashes with one spelling each.
//
//   take_line(text)        // "old 7\nabc" gives "old 7" and leaves "abc"
//   parse_decimal("07")    // nothing: 7 is written "7"
//   parse_hash("PbZ2…=")   // 32 bytes of strict base64
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/base/digest.h"

namespace tally::ledger {

/// The text up to the next LF, taken off the front; nothing when no LF is left.
std::optional<std::string_view> take_line(std::string_view& text);
/// A number as it is written: no sign, no leading zero.
std::optional<std::uint64_t> parse_decimal(std::string_view text);
std::optional<base::Digest> parse_hash(std::string_view base64);

}  // namespace tally::ledger
