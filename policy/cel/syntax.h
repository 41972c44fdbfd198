// Syntax: an expression as it was written, a tree whose nodes know their place.
//
//   account.enabled && size(groups) > 2   reads as   (&& account.enabled (> (size groups) 2))
//
// Nothing is looked up here: names, functions and types are the checker's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/op.h"
#include "policy/cel/position.h"
#include "policy/cel/value.h"

namespace tally::cel {

using NodeId = std::uint32_t;

struct Node {
  Op op = Op::constant;
  Position position;      ///< of the operator, the name, or the first character of a literal
  std::size_t begin = 0;  ///< the node's text is [begin, end) of the expression, in bytes
  std::size_t end = 0;
  std::vector<NodeId> inputs;  ///< in the order written; the receiver first
  int depth = 1;               ///< 1 for a leaf
  std::string name = {};       ///< of a name, select, call or method
  bool rooted = false;         ///< of a name or call: a dot stands before it
  bool quoted = false;         ///< of a select: `in back quotes`, a key and never part of a dotted name
  Value literal = {};          ///< of a constant
};

struct Syntax {
  std::string text;
  std::vector<Node> nodes;  ///< inputs before the nodes that use them
  NodeId root = 0;

  [[nodiscard]] std::string_view source(NodeId node) const {
    return std::string_view(text).substr(nodes[node].begin, nodes[node].end - nodes[node].begin);
  }
};

/// The tree in prefix form, for tests and debugging: "(&& account.enabled (> (size groups) 2))". With `positions`,
/// every operator, call and leaf is followed by @line:column.
std::string to_string(const Syntax& syntax, bool positions = false);

}  // namespace tally::cel
