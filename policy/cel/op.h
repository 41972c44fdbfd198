// What a node of an expression does: shared by the syntax tree, its meanings and the plan.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::cel {

enum class Op : std::uint8_t {
  constant,    ///< a literal, or a declared constant
  name,        ///< syntax only: an identifier
  select,      ///< syntax: input 0 . name; meaning: the map's value at that key
  call,        ///< syntax: name(inputs); meaning: of a function that has no Op of its own
  method,      ///< syntax only: input 0 . name(other inputs)
  fact,        ///< a row's fact
  variable,    ///< the element that a macro looks at
  undeclared,  ///< meaning only: a name that nobody declared, an error when it matters
  island,      ///< plan only: a subtree that the interpreter runs, lane by lane
  any_of,      ///< || of two or more inputs
  all_of,      ///< && of two or more inputs
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
  in,           ///< input 0 in the list or map input 1
  conditional,  ///< input 0 ? input 1 : input 2
  index,        ///< the list or map input 0 [ input 1 ]
  list,         ///< [inputs]
  map,          ///< {input 0: input 1, input 2: input 3 …}
  // Functions; not in the syntax.
  size,
  contains,
  starts_with,
  ends_with,
  matches,
  lower_ascii,
  has,     ///< the map input 0 of the select input 0 has its key
  exists,  ///< macros: list input 0, the variable's name input 1, predicate input 2
  all,
  exists_one,
  filter,
  transform,  ///< map(); expression input 2, or predicate input 2 and expression input 3
};

/// The symbol of an operator ("<=", "in"), or a word for other nodes ("constant").
std::string_view to_string(Op op);

}  // namespace tally::cel
