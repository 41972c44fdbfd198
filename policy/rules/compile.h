// Compiling one rule: its expressions become programs, its placeholders are checked against the catalogue.
// Inner to this library: packs are checked with it, rule sets are made with it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "policy/rules/document.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {

/// Nothing when something is wrong with the rule; then `troubles` has it.
std::optional<ActiveRule> compile_rule(const Rule& rule, std::map<std::string, cel::Value> parameters,
                                       Troubles& troubles);

/// Whether the rule answers its example as written; else the sentence that says how it differs.
std::optional<std::string> check_example(const ActiveRule& active, const Example& example);

}  // namespace tally::rules
