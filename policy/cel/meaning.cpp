#include "policy/cel/meaning.h"

namespace tally::cel {

std::vector<NodeId> Tree::operands(NodeId id) const {
  const std::vector<NodeId>& inputs = node(id).inputs;
  switch (meaning(id).op) {
    case Op::constant:
    case Op::fact:
    case Op::variable:
    case Op::undeclared: return {};
    case Op::has: return {node(inputs.front()).inputs.front()};
    case Op::exists:
    case Op::all:
    case Op::exists_one:
    case Op::filter: return {inputs[0], inputs[2]};
    case Op::transform:
      return inputs.size() == 4 ? std::vector<NodeId>{inputs[0], inputs[2], inputs[3]}
                                : std::vector<NodeId>{inputs[0], inputs[2]};
    default: return inputs;
  }
}

}  // namespace tally::cel
