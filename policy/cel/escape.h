// What a text literal stands for: quotes and prefix taken off, escapes replaced (cel-spec, langdef.md, "String and
// Bytes Values").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::cel {

struct EscapeError {
  std::size_t offset = 0;  ///< of the bad escape's backslash, in the body
  std::string message;
};

/// Of a string an escape names a code point, of bytes an octet (and \u and \U have no meaning).
enum class Escapes { code_points, octets };

/// `body` (between the quotes) with its escapes replaced (code points by UTF-8), appended to `out`; the first bad
/// escape otherwise.
std::optional<EscapeError> unescape(std::string_view body, Escapes escapes, std::string& out);

}  // namespace tally::cel
