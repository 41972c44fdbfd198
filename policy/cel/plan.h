// Plan: a checked expression as steps over columns. Every step has a type that has a column, or is an island: a subtree
// that the interpreter runs lane by lane because something in it has none (a map, bytes, a list of lists, dyn …).
//
// Inner to this library: made by planner.h, run by evaluator.h. Steps stand in the order in which they can be computed
// (inputs before users), so the last one is the answer.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "policy/cel/meaning.h"

namespace tally::cel {

using StepId = std::uint32_t;

struct Step {
  Op op = Op::constant;
  Type type = {};
  NodeId node = 0;
  std::vector<StepId> inputs = {};  ///< of an island: the facts that it reads
  StepId variable = 0;              ///< of exists and all: the step that stands for the element
};

struct Plan {
  std::shared_ptr<const Tree> tree;
  std::vector<Step> steps;
  StepId root = 0;

  [[nodiscard]] const Meaning& meaning(StepId step) const { return tree->meaning(steps[step].node); }
};

}  // namespace tally::cel
