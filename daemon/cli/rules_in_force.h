// The rules that the `policy` commands speak of: those of a configuration, else the shipped ones as they come.
//
//   const auto rules = rules_in_force(options.get("config"), io);
//   if (!rules) return control::kUsage;
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::cli {

struct RulesInForce {
  rules::RuleSet rules;
  std::string from;  ///< in words, for a heading: "as /etc/tallystick/tallystick.toml has them"
};

/// `config` empty: kDefaultConfig when it is there, else the shipped packs with their defaults. Nothing, after telling
/// why, when something is wrong with them.
std::optional<RulesInForce> rules_in_force(const std::string& config, Streams& io);

/// The shipped packs; every one of them loads.
std::vector<rules::Pack> shipped_rules();

}  // namespace tally::cli
