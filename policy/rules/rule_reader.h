// Reading one [[rule]] table of a pack. Inner to this library.
#pragma once

#include "policy/rules/reader.h"
#include "policy/rules/rule.h"

namespace tally::rules {

struct ReadRule {
  Rule rule;
  bool can_compile = true;   ///< what its expressions rest on was understood
  bool has_examples = true;  ///< all of them were understood
};

/// Every mistake is in the reader's troubles, at its place. Expressions are not compiled, nor examples asked.
ReadRule read_rule(const Node& table, Reader& reader);

}  // namespace tally::rules
