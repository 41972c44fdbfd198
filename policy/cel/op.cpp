#include "policy/cel/op.h"

#include <array>

namespace tally::cel {

std::string_view to_string(Op op) {
  static constexpr std::array<std::string_view, 41> kWords{
      "constant", "name", "select",     "call",     "method",     "fact",     "variable", "undeclared", "island",
      "||",       "&&",   "!",          "-",        "+",          "-",        "*",        "/",          "%",
      "==",       "!=",   "<",          "<=",       ">",          ">=",       "in",       "?:",         "[]",
      "list",     "map",  "size",       "contains", "startsWith", "endsWith", "matches",  "lowerAscii", "has",
      "exists",   "all",  "exists_one", "filter",   "map"};
  static_assert(kWords.size() == static_cast<std::size_t>(Op::transform) + 1);
  return kWords[static_cast<std::size_t>(op)];
}

}  // namespace tally::cel
