#include "daemon/cli/rules_in_force.h"

#include <filesystem>

#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/config/apply.h"
#include "policy/base/assert.h"
#include "policy/packs/shipped_packs.h"

namespace tally::cli {

std::vector<rules::Pack> shipped_rules() {
  std::vector<rules::Pack> all;
  for (const packs::ShippedPack& shipped : packs::shipped_packs()) {
    auto pack = rules::load_pack(shipped.text, shipped.name);
    TALLY_ASSERT(pack);
    all.push_back(std::move(*pack));
  }
  return all;
}

std::optional<RulesInForce> rules_in_force(const std::string& config, Streams& io) {
  std::error_code ignored;
  const std::string file =
      config.empty() && std::filesystem::exists(kDefaultConfig, ignored) ? std::string(kDefaultConfig) : config;
  if (file.empty()) {
    auto rules = rules::RuleSet::build(shipped_rules());
    TALLY_ASSERT(rules);
    return RulesInForce{std::move(*rules), "as they are shipped"};
  }
  const auto loaded = load_config(file, {}, io, config::Passwords::leave);
  if (!loaded) return std::nullopt;
  auto rules = config::load_rules(*loaded);
  if (rules) return RulesInForce{std::move(*rules), "as " + file + " has them"};
  tell(rules.error(), io);
  return std::nullopt;
}

}  // namespace tally::cli
