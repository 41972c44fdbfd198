#include "policy/cel/op.h"

#include <array>

namespace tally::cel {

std::string_view to_string(Op op) {
  static constexpr std::array<std::string_view, 34> kWords{
      "constant", "name",       "select",   "call",    "method",     "fact",   "variable", "||",   "&&",
      "!",        "-",          "+",        "-",       "*",          "/",      "%",        "==",   "!=",
      "<",        "<=",         ">",        ">=",      "in",         "?:",     "[]",       "list", "size",
      "contains", "startsWith", "endsWith", "matches", "lowerAscii", "exists", "all"};
  static_assert(kWords.size() == static_cast<std::size_t>(Op::all) + 1);
  return kWords[static_cast<std::size_t>(op)];
}

}  // namespace tally::cel
