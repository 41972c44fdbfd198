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
#include "policy/base/result.h"
#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::config {

/// Everything that an audit or an offboarding check needs of a configuration.
struct Prepared {
  Config config;  ///< its sources' options have gone into `sources`
  rules::RuleSet rules;
  std::vector<rules::PackText> packs;                        ///< what `rules` was made from
  std::vector<std::unique_ptr<connectors::Source>> sources;  ///< in its order; each may be read by several threads
};

/// Loads the file. `state`: a folder instead of the configured one, as --state; "": none. Otherwise all that is wrong.
tl::expected<Prepared, base::Diagnostics> prepare(const std::string& file, const std::string& state);

/// Another state folder instead of the configured one; the key of a log then lies in it.
void use_state(Config& config, const std::string& state);
/// The text of one pack. Kind `limit` beyond 4 MiB.
base::Result<std::string> read_pack(const std::string& path);
/// The shipped packs and the packs of the configuration, as they are written.
tl::expected<std::vector<rules::PackText>, base::Diagnostics> read_packs(const Config& config);
/// Rules of these packs with the parameters of the configuration.
tl::expected<rules::RuleSet, base::Diagnostics> build_rules(const std::vector<rules::PackText>& packs,
                                                            const std::vector<rules::Override>& overrides);
/// Both.
tl::expected<rules::RuleSet, base::Diagnostics> load_rules(const Config& config);

}  // namespace tally::config
