#include "policy/cel/overloads.h"

namespace tally::cel {

std::optional<Type> arithmetic_type(Op op, const Type& left, const Type& right) {
  const bool sum = op == Op::add, difference = op == Op::subtract;
  const Kind a = left.kind, b = right.kind;
  if (a == b && is_number(a) && (op != Op::modulo || a != Kind::real)) return left;
  if (a == b && sum && (a == Kind::string || a == Kind::bytes)) return left;
  if (a == b && sum && a == Kind::list) return joined(left, right);
  if (a == b && a == Kind::duration && (sum || difference)) return Type::duration();
  if (a == b && a == Kind::timestamp && difference) return Type::duration();
  if (a == Kind::timestamp && b == Kind::duration && (sum || difference)) return Type::timestamp();
  if (a == Kind::duration && b == Kind::timestamp && sum) return Type::timestamp();
  return std::nullopt;
}

bool is_ordered(Kind kind) { return is_scalar(kind) || kind == Kind::bytes; }

}  // namespace tally::cel
