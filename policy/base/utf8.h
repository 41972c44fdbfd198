// UTF-8 as a border: what a person or a log may safely be shown of bytes that strangers wrote.
//
//   if (!is_utf8(value)) ... reject
//   table.print(displayable(dn));
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::base {

/// Length in bytes (1 to 4) of the well-formed sequence at the front of `bytes` (RFC 3629), or 0 when ill-formed or
/// empty.
std::size_t utf8_sequence(std::string_view bytes);
/// True when all of `bytes` is well-formed (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view bytes);
/// Well-formed text on one line that cannot steer a terminal: control characters (C0, DEL, C1), bidirectional
/// marks (U+061C, U+200E-200F, U+202A-202E, U+2066-2069), line separators (U+2028-2029) and ill-formed bytes become
/// "\xNN" or "\u{NNNN}"; all else stays.
std::string displayable(std::string_view bytes);

}  // namespace tally::base
