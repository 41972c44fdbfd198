// tallystick policy list: the rules at a glance.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/rules_in_force.h"
#include "daemon/cli/terminal.h"
#include "daemon/control/exit_code.h"
#include "daemon/report/terminal_text.h"
#include "policy/base/diagnostic.h"
#include "policy/base/utf8.h"
#include "policy/rules/page.h"
#include "policy/rules/parameter.h"
#include "policy/rules/words.h"

namespace tally::cli {
namespace {

using rules::ActiveRule;

constexpr std::size_t kRuleColumn = 9, kStateColumn = 8, kSeverityColumn = 10, kAboutColumn = 12;
constexpr std::size_t kLeft = kRuleColumn + kStateColumn + kSeverityColumn + kAboutColumn;
constexpr std::size_t kNarrowestTitle = 20;

/// Those in force in their order, then the drafts.
std::vector<const ActiveRule*> all_of(const rules::RuleSet& set) {
  std::vector<const ActiveRule*> all;
  for (const auto list : {set.rules(), set.drafts()}) {
    for (const ActiveRule& rule : list) all.push_back(&rule);
  }
  return all;
}

nlohmann::ordered_json json_of(const ActiveRule& active) {
  const rules::Rule& rule = active.rule;
  nlohmann::ordered_json parameters = nlohmann::ordered_json::object(), needs = nlohmann::ordered_json::object();
  for (const auto& [name, value] : active.parameters) parameters[name] = rules::to_text(value);
  for (const auto& [name, need] : rule.needs) {
    needs[name] = {{"type", need.type.name()}, {"about", need.about}, {"from", need.from}};
  }
  return {{"rule", rule.id},
          {"title", rule.title},
          {"state", to_string(rule.state)},
          {"severity", to_string(rule.severity)},
          {"about", to_string(rule.about)},
          {"protects_from", rule.protects_from},
          {"facts", active.facts},
          {"needs", needs},
          {"parameters", parameters},
          {"controls", rule.controls}};
}

void print_row(const ActiveRule& active, bool controls, std::size_t width, std::ostream& out) {
  const rules::Rule& rule = active.rule;
  const std::size_t room = std::max(width > kLeft ? width - kLeft : 0, kNarrowestTitle);
  std::vector<std::string> title = report::wrap(base::displayable(rule.title), room);
  for (const std::string& control : controls ? rule.controls : std::vector<std::string>{}) {
    for (std::string& line : report::wrap("  " + base::displayable(control), room)) title.push_back(std::move(line));
  }
  const std::string left =
      report::padded(base::displayable(rule.id), kRuleColumn) + report::padded(to_string(rule.state), kStateColumn) +
      report::padded(to_string(rule.severity), kSeverityColumn) + report::padded(to_string(rule.about), kAboutColumn);
  for (std::size_t i = 0; i < title.size(); ++i) {
    fmt::print(out, "{}{}\n", i == 0 ? left : std::string(kLeft, ' '), title[i]);
  }
}

void print_table(const std::vector<const ActiveRule*>& shown, const RulesInForce& all, bool controls,
                 std::ostream& out) {
  fmt::print(out, "{}TITLE\n",
             report::padded("RULE", kRuleColumn) + report::padded("STATE", kStateColumn) +
                 report::padded("SEVERITY", kSeverityColumn) + report::padded("ABOUT", kAboutColumn));
  std::size_t states[3] = {};
  for (const ActiveRule* rule : shown) {
    ++states[static_cast<std::size_t>(rule->rule.state)];
    print_row(*rule, controls, output_style().width, out);
  }
  fmt::print(out, "\n{} rules {}: {} active, {} in shadow, {} draft.\n", shown.size(), all.from, states[2], states[1],
             states[0]);
}

}  // namespace

int policy_list(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy list", "");
  options.text("config", "FILE", "the configuration whose packs and settings count")
      .text("state", "STATE", "only rules in this state: draft, shadow or active")
      .flag("controls", "name the controls of each rule")
      .flag("json", "as JSON")
      .flag("page", "the shipped rules as Markdown instead (docs/rules.md)");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.has("page")) {
    fmt::print(io.out, "{}", rules::rules_page(shipped_rules()));
    return control::kNothingFound;
  }
  const auto state = rules::state_of(options.get("state"));
  if (options.has("state") && !state) {
    const std::string_view near = base::nearest_word(options.get("state"), rules::state_words());
    fmt::print(io.err, "tallystick policy list: --state: {}{}\n", rules::kStatesExpected,
               near.empty() ? std::string() : fmt::format(" (did you mean \"{}\"?)", near));
    return control::kUsage;
  }
  const auto in_force = rules_in_force(options.get("config"), io);
  if (!in_force) return control::kUsage;
  std::vector<const ActiveRule*> shown;
  for (const ActiveRule* rule : all_of(in_force->rules)) {
    if (!state || rule->rule.state == *state) shown.push_back(rule);
  }
  if (options.has("json")) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ActiveRule* rule : shown) list.push_back(json_of(*rule));
    fmt::print(io.out, "{}\n", list.dump(2));
    return control::kNothingFound;
  }
  print_table(shown, *in_force, options.has("controls"), io.out);
  return control::kNothingFound;
}

}  // namespace tally::cli
