// Applying a configuration: the rules that it asks for and the sources that it names.
//
//   tl::expected<Prepared, base::Diagnostics> prepared = prepare("/etc/tallystick/tallystick.toml", "");
//   tl::expected<rules::RuleSet, base::Diagnostics> rules = load_rules(*config);     // the rules alone
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "connectors/source.h"
#include "daemon/config/config.h"
#include "policy/rules/rule_set.h"

namespace tally::config {

/// Everything that an audit or an offboarding check needs of a configuration.
struct Prepared {
  Config config;  ///< its sources' options have gone into `sources`
  rules::RuleSet rules;
  std::vector<std::unique_ptr<connectors::Source>> sources;  ///< in its order; each may be read by several threads
};

/// Loads the file. `state`: a folder instead of the configured one, as --state; "": none. Otherwise all that is wrong.
tl::expected<Prepared, base::Diagnostics> prepare(const std::string& file, const std::string& state);

/// Another state folder instead of the configured one; the key of a log then lies in it.
void use_state(Config& config, const std::string& state);
/// The shipped pack, the packs of the configuration and its parameters.
tl::expected<rules::RuleSet, base::Diagnostics> load_rules(const Config& config);

}  // namespace tally::config
