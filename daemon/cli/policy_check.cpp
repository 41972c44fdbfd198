// tallystick policy check: every mistake in rule packs, with file, line, column and what was meant.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/rules_in_force.h"
#include "daemon/cli/setting_up.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"

namespace tally::cli {
namespace {

std::string counted(const rules::Pack& pack) {
  std::size_t states[3] = {};
  for (const rules::Rule& rule : pack.rules) ++states[static_cast<std::size_t>(rule.state)];
  return fmt::format("{} rules: {} active, {} in shadow, {} draft", pack.rules.size(), states[2], states[1], states[0]);
}

/// The packs of the files; what is wrong with them goes to `troubles`.
std::vector<rules::Pack> load(const std::vector<std::string>& files, base::Diagnostics& troubles) {
  std::vector<rules::Pack> packs;
  for (const std::string& file : files) {
    const auto text = config::read_pack(file);
    if (!text) {
      troubles.push_back({file, 0, 0, text.error().message, {}});
      continue;
    }
    auto pack = rules::load_pack(*text, file);
    if (pack) {
      packs.push_back(std::move(*pack));
    } else {
      troubles.insert(troubles.end(), pack.error().begin(), pack.error().end());
    }
  }
  return packs;
}

}  // namespace

int policy_check(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy check", "[FILE...]");
  options.words("file", "packs to check, beside the shipped ones; without any those of the configuration")
      .text("config", "FILE", "the configuration whose packs and settings are checked");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.all().empty()) {
    const auto rules = rules_in_force(options.get("config"), io);
    if (!rules) return control::kUsage;
    fmt::print(io.out, "in order: {} rules in force and {} drafts, {}\n", rules->rules.rules().size(),
               rules->rules.drafts().size(), rules->from);
    return control::kNothingFound;
  }
  base::Diagnostics troubles;
  std::vector<rules::Pack> packs = load(options.all(), troubles);
  for (const rules::Pack& pack : packs) fmt::print(io.out, "{}: in order, {}\n", pack.file, counted(pack));
  // Together with the shipped packs: no id may stand in two of them.
  std::vector<rules::Pack> all = shipped_rules();
  std::move(packs.begin(), packs.end(), std::back_inserter(all));
  const auto set = rules::RuleSet::build(std::move(all));
  if (!set) troubles.insert(troubles.end(), set.error().begin(), set.error().end());
  tell(troubles, io);
  return troubles.empty() ? control::kNothingFound : control::kUsage;
}

}  // namespace tally::cli
