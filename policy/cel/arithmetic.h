// Arithmetic on numbers as CEL defines it (cel-spec, langdef.md, "Overflow"): no wrapping, no division by zero of whole
// numbers; doubles are IEEE 754. Inner to this library, for both evaluators.
#pragma once

#include <limits>
#include <type_traits>

#include "policy/cel/op.h"
#include "policy/cel/reasons.h"

namespace tally::cel {

template <class Int>
Failure integer_operation(Op op, Int left, Int right, Int& result) {
  switch (op) {
    case Op::add: return __builtin_add_overflow(left, right, &result) ? Failure::overflow : Failure::none;
    case Op::subtract: return __builtin_sub_overflow(left, right, &result) ? Failure::overflow : Failure::none;
    case Op::multiply: return __builtin_mul_overflow(left, right, &result) ? Failure::overflow : Failure::none;
    default: break;
  }
  if (right == 0) return op == Op::divide ? Failure::divided_by_zero : Failure::modulus_by_zero;
  if constexpr (std::is_signed_v<Int>) {
    if (left == std::numeric_limits<Int>::min() && right == -1) return Failure::overflow;
  }
  result = op == Op::divide ? static_cast<Int>(left / right) : static_cast<Int>(left % right);
  return Failure::none;
}

inline double real_operation(Op op, double left, double right) {
  switch (op) {
    case Op::add: return left + right;
    case Op::subtract: return left - right;
    case Op::multiply: return left * right;
    default: return left / right;
  }
}

}  // namespace tally::cel
