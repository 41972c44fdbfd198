// What a node of an expression does: shared by the syntax tree and the checked plan.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::cel {

enum class Op : std::uint8_t {
  constant,  ///< a literal, or a declared constant
  name,      ///< syntax only: an identifier
  select,    ///< syntax only: input 0 . name
  call,      ///< syntax only: name(inputs)
  method,    ///< syntax only: input 0 . name(other inputs)
  fact,      ///< plan only: a row's fact
  variable,  ///< plan only: the element that exists() or all() looks at
  any_of,    ///< || of two or more inputs
  all_of,    ///< && of two or more inputs
  logical_not,
  negate,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,           ///< input 0 in the list input 1
  conditional,  ///< input 0 ? input 1 : input 2
  index,        ///< the list input 0 [ input 1 ]
  list,         ///< [inputs]
  // Functions, plan only.
  size,
  contains,
  starts_with,
  ends_with,
  matches,
  lower_ascii,
  exists,  ///< list input 0, predicate input 1
  all,
};

/// The symbol of an operator ("<=", "in"), or a word for other nodes ("constant").
std::string_view to_string(Op op);

}  // namespace tally::cel
