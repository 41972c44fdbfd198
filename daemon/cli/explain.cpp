// tallystick explain: one finding with everything behind it.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/report/render.h"

namespace tally::cli {
namespace {

/// The rule as it is in force now: its reason, its expression and its parameters' file.
void print_rule(const config::Config& config, const std::string& id, Streams& io) {
  const auto rules = config::load_rules(config);
  if (!rules) return tell(rules.error(), io);
  const rules::ActiveRule* active = rules->find(id);
  if (active == nullptr) {
    fmt::print(io.out, "\nThe rule {} is no longer in force.\n", id);
    return;
  }
  fmt::print(io.out, "\nThe rule {} as it is in force now ({})\n  {}\n", id, to_string(active->rule.state),
             active->rule.protects_from);
  if (!active->rule.rationale.empty()) fmt::print(io.out, "  {}\n", active->rule.rationale);
  fmt::print(io.out, "  when  {}\n", active->rule.when.text);
}

}  // namespace

int explain(const std::vector<std::string>& arguments, Streams& io) {
  Options options("explain", "FINDING");
  options.word("finding", "the fingerprint, or its first digits (at least 4)")
      .text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  const auto newest = newest_report(config->state);
  if (!newest) return fail("explain", newest.error(), io);
  auto store = store::Store::open(pipeline::store_path(config->state));
  if (!store) return fail("explain", store.error(), io);
  const auto record = store->finding(options.get("finding"));
  if (!record) return fail("explain", record.error(), io);
  fmt::print(io.out, "{}", report::render_finding(*newest, *record, output_style()));
  print_rule(*config, record->finding.rule, io);
  return control::kNothingFound;
}

}  // namespace tally::cli
