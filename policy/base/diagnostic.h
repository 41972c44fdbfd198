// A Diagnostic says what is wrong with an instruction (configuration, rule, argument) and where.
// All of them are reported, then the instruction is refused as a whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally::base {

struct Diagnostic {
  std::string file;     ///< path, or "<command line>"
  int line = 0;         ///< 1-based; 0 when the trouble has no single line
  int column = 0;       ///< 1-based, in characters; 0 when unknown
  std::string message;  ///< what was found and what was expected
  std::string hint;     ///< what to do, such as `did you mean "bind_dn"?`; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

/// "file:line:column: message (hint)", one line, no trailing newline, displayable whatever the message quotes.
std::string to_string(const Diagnostic& diagnostic);

/// The candidate nearest to `word` by edit distance (at most a third of its length, at least 1), or "".
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tally::base
