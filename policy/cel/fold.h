// Constant parts of a tree, computed once. Inner to this library.
#pragma once

#include "policy/cel/meaning.h"

namespace tally::cel {

/// Every subtree that reads no fact and can be computed becomes a constant. What fails, or takes more than
/// kMaximumFoldSteps, stays as it is and fails when it is evaluated.
void fold_constants(Tree& tree);

}  // namespace tally::cel
