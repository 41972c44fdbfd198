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

/// `body` (between the quotes) with its escapes replaced by UTF-8, appended to `out`; the first bad escape otherwise.
std::optional<EscapeError> unescape(std::string_view body, std::string& out);

}  // namespace tally::cel
