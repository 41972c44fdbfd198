// Applying a configuration: the rules that it asks for and the sources that it names.
//
//   tl::expected<rules::RuleSet, base::Diagnostics> rules = load_rules(*config);
//   std::vector<std::unique_ptr<connectors::Source>> sources = make_sources(*config);
#pragma once

#include <memory>
#include <tl/expected.hpp>
#include <vector>

#include "connectors/source.h"
#include "daemon/config/config.h"
#include "policy/rules/rule_set.h"

namespace tally::config {

/// Another state folder instead of the configured one; the key of a log then lies in it.
void use_state(Config& config, const std::string& state);
/// The shipped pack, the packs of the configuration and its parameters.
tl::expected<rules::RuleSet, base::Diagnostics> load_rules(const Config& config);
/// The sources in the order of the configuration; it gives its options away.
std::vector<std::unique_ptr<connectors::Source>> make_sources(Config& config);

}  // namespace tally::config
