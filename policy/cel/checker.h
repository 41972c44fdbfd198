// The checker: a syntax tree into a plan. Resolves names, gives every step its type, reads literals of durations,
// timestamps and patterns, and refuses what the language does not have (functions.h).
#pragma once

#include <memory>
#include <string_view>
#include <tl/expected.hpp>

#include "policy/base/diagnostic.h"
#include "policy/cel/environment.h"
#include "policy/cel/plan.h"
#include "policy/cel/syntax.h"

namespace tally::cel {

/// Reports everything that is wrong, each place once.
tl::expected<std::shared_ptr<const Plan>, base::Diagnostics> check(std::string_view file, const Syntax& syntax,
                                                                   const Environment& environment);

}  // namespace tally::cel
