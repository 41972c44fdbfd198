// The planner: a tree of meanings into a plan of steps over columns. Constant parts are computed here, once (an error
// in one is left to happen at evaluation); what has a column becomes steps; the largest subtrees that have none become
// islands for the interpreter.
#pragma once

#include <memory>

#include "policy/cel/plan.h"

namespace tally::cel {

/// Any tree will do, also one with objections.
std::shared_ptr<const Plan> plan(std::shared_ptr<Tree> tree);

}  // namespace tally::cel
