// The overloads of the operators (cel-spec, langdef.md, "List of Standard Definitions"), for checker and planner.
// Inner to this library; those of the functions are in functions.h.
#pragma once

#include <optional>

#include "policy/cel/op.h"
#include "policy/cel/type.h"

namespace tally::cel {

/// The type of `left op right` for + - * / %, or nothing when CEL has no such overload.
std::optional<Type> arithmetic_type(Op op, const Type& left, const Type& right);
/// Values of that kind have an order: <, <=, >, >=.
bool is_ordered(Kind kind);

}  // namespace tally::cel
