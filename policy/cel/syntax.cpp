#include "policy/cel/syntax.h"

#include <fmt/format.h>

namespace tally::cel {
namespace {

std::string head(const Syntax& syntax, NodeId id) {
  const Node& node = syntax.nodes[id];
  switch (node.op) {
    case Op::constant: return std::string(syntax.source(id));
    case Op::name:
    case Op::call: return (node.rooted ? "." : "") + node.name;
    case Op::select:
    case Op::method: return "." + node.name;
    default: return std::string(to_string(node.op));
  }
}

void print(const Syntax& syntax, NodeId id, bool positions, std::string& out) {
  const Node& node = syntax.nodes[id];
  const bool leaf = node.inputs.empty() && node.op != Op::call && node.op != Op::list && node.op != Op::map;
  if (!leaf) out += "(";
  out += head(syntax, id);
  if (positions) out += fmt::format("@{}:{}", node.position.line, node.position.column);
  for (const NodeId input : node.inputs) {
    out += " ";
    print(syntax, input, positions, out);
  }
  if (!leaf) out += ")";
}

}  // namespace

std::string to_string(const Syntax& syntax, bool positions) {
  std::string out;
  print(syntax, syntax.root, positions, out);
  return out;
}

}  // namespace tally::cel
