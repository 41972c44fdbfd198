// The lexer: an expression's text into tokens with positions (cel-spec, langdef.md, "Syntax").
//
//   name     [_a-zA-Z][_a-zA-Z0-9]*            text    "…" '…' """…""" '''…''', r before it: no escapes
//   int      45, 0x2d      uint   45u, 0x2dU   double  1.5, .5, 1e3, 1.5E-3
//   bytes    b before a text: b"…", br'…'             field  `a name` behind a dot: [a-zA-Z0-9_.\-/ ]+
//   symbols  && || ! == != < <= > >= + - * / % ? : ( ) [ ] { } , .          // comment to the end of the line
//
// Escapes: \a \b \f \n \r \t \v \\ \? \" \' \` \xHH \XHH \uHHHH \UHHHHHHHH \OOO (octal 000 to 377); each names a code
// point, in bytes an octet (without \u and \U).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/cel/position.h"

namespace tally::cel {

enum class TokenKind : std::uint8_t { name, integer, uinteger, real, text, bytes, field, symbol, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   ///< as written
  std::string decoded;     ///< of a text, bytes or field: what it stands for
  std::size_t offset = 0;  ///< of `text` in the expression, in bytes
  Position position;
};

/// The tokens of `text`, the last one of kind `end`; `text` must outlive them. What cannot be read is reported to
/// `diagnostics` (all of it, with `file` in front) and skipped.
std::vector<Token> tokenize(std::string_view file, std::string_view text, Position origin,
                            base::Diagnostics& diagnostics);

bool is_identifier(std::string_view word);
/// Words that cannot even be a field: true, false, null, in (KEYWORD).
bool is_keyword(std::string_view word);
/// Words that cannot be a name: true, false, null, in, and those that CEL keeps for languages around it (RESERVED).
bool is_reserved_word(std::string_view word);

}  // namespace tally::cel
