// Compiling one rule: its expressions become programs.
// Inner to this library: packs are checked with it, rule sets are made with it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "policy/rules/document.h"
#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {

/// Nothing when something is wrong with the rule; then `troubles` has it.
std::optional<ActiveRule> compile_rule(const Rule& rule, std::map<std::string, cel::Value> parameters,
                                       Troubles& troubles);

/// What the rule answers to its example.
ExampleAnswer ask_example(const ActiveRule& active, const Example& example);

}  // namespace tally::rules
