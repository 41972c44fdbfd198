// The page docs/rules.md: every rule of some packs in one row each, made from the packs themselves.
//
//   write("docs/rules.md", rules_page(shipped));
//
// For people; `tallystick policy list --json` is for programs.
#pragma once

#include <string>
#include <vector>

#include "policy/rules/rule.h"

namespace tally::rules {

/// Markdown. The packs have been loaded.
std::string rules_page(const std::vector<Pack>& packs);

}  // namespace tally::rules
