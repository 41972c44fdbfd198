// The checker: a syntax tree into a tree of meanings. Resolves names and overloads, gives every node its type
// (cel-spec, langdef.md, "Gradual Type Checking": dyn where it is known only later), reads literals of durations,
// timestamps and patterns, and reports what cannot be right: place, what was expected and found, and a suggestion.
#pragma once

#include <memory>
#include <string_view>

#include "policy/base/diagnostic.h"
#include "policy/cel/environment.h"
#include "policy/cel/meaning.h"

namespace tally::cel {

struct Checked {
  std::shared_ptr<Tree> tree;     ///< always whole: what is wrong is dyn, and an error when it is evaluated
  base::Diagnostics diagnostics;  ///< everything that is wrong, each place once
};

Checked check(std::string_view file, Syntax syntax, const Environment& environment);

}  // namespace tally::cel
