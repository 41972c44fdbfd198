// Tree: an expression whose every node means something. Made by the checker (checker.h) from a syntax tree; run as it
// is by the interpreter (interpreter.h); made a plan of columns by the planner (planner.h).
//
// Inner to this library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/functions.h"
#include "policy/cel/op.h"
#include "policy/cel/syntax.h"
#include "policy/cel/type.h"
#include "policy/cel/value.h"

namespace re2 {
class RE2;
}

namespace tally::cel {

struct Meaning {
  Op op = Op::undeclared;
  Type type = Type::dyn();
  /// Of a fact: its index in Tree::facts. Of a variable: its slot, the number of macros around the one that binds it.
  /// Of a macro: the slot that it binds.
  std::uint32_t place = 0;
  Function function = Function::size;            ///< of a call
  Value constant = {};                           ///< of a constant
  std::shared_ptr<const re2::RE2> pattern = {};  ///< of matches with a constant pattern
  std::string text = {};                         ///< of undeclared: the name
  /// It can be an error in some row: it computes, converts, looks something up, or its types are known only then. What
  /// is unknown and cannot fail is a value that we do not know; what can fail may be no value at all.
  bool may_fail = false;
};

struct Tree {
  Syntax syntax;
  std::vector<Meaning> meanings;   ///< of the nodes; those below a fact, and names that macros bind, mean nothing
  std::vector<std::string> facts;  ///< sorted, each once
  std::vector<Type> fact_types;
  std::string container;  ///< of the environment, for messages

  [[nodiscard]] const Meaning& meaning(NodeId node) const { return meanings[node]; }
  [[nodiscard]] const Node& node(NodeId node) const { return syntax.nodes[node]; }
  [[nodiscard]] NodeId root() const { return syntax.root; }
  /// The nodes that a node is computed from: none below a fact, and not the name that a macro binds.
  [[nodiscard]] std::vector<NodeId> operands(NodeId node) const;
};

}  // namespace tally::cel
