#include "policy/cel/type.h"

#include <string_view>

#include "policy/base/assert.h"

namespace tally::cel {
namespace {

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::uinteger: return "uint";
    case Kind::real: return "double";
    case Kind::string: return "string";
    case Kind::timestamp: return "timestamp";
    case Kind::duration: return "duration";
    case Kind::list: return "list";
    case Kind::nothing: return "nothing";
  }
  base::assertion_failed("a kind of the enum", __FILE__, __LINE__);
}

}  // namespace

std::string Type::name() const {
  if (!is_list() || element == Kind::nothing) return std::string(word(kind));
  return "list<" + std::string(word(element)) + ">";
}

}  // namespace tally::cel
