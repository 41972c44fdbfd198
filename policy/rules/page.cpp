#include "policy/rules/page.h"

#include <fmt/format.h>

#include "policy/rules/rule_set.h"

namespace tally::rules {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

template <class List>
std::string joined(const List& words, std::string_view around, std::string_view between) {
  std::string out;
  for (const auto& word : words) out += fmt::format("{}{}{}{}", out.empty() ? "" : between, around, word, around);
  return out;
}

std::string row(const ActiveRule& active) {
  const Rule& rule = active.rule;
  std::vector<std::string> facts, missing;
  for (const std::string& fact : active.facts) {
    (rule.needs.contains(fact) ? missing : facts).push_back(fact);
  }
  std::string severity(to_string(rule.severity));
  for (const auto& grade : rule.severity_when) severity += fmt::format(", or {}", to_string(grade.first));
  return fmt::format("| **{}** {} | {} | {} | {} | {} | {} | {} | {} |\n", rule.id, cell(rule.title),
                     to_string(rule.state), severity, to_string(rule.about), cell(rule.protects_from),
                     joined(facts, "`", " "), joined(missing, "`", " "), joined(rule.controls, "", "; "));
}

}  // namespace

std::string rules_page(const std::vector<Pack>& packs) {
  std::size_t states[3] = {};
  std::size_t rules = 0;
  std::string sections;
  for (const Pack& pack : packs) {
    if (pack.rules.empty()) continue;
    sections += fmt::format(
        "\n## {}\n\n| rule | state | severity | about | protects from | facts | facts that nobody reads yet | controls "
        "|\n"
        "|---|---|---|---|---|---|---|---|\n",
        pack.title);
    const auto set = RuleSet::build({pack});
    for (const Rule& rule : pack.rules) {
      ++rules;
      ++states[static_cast<std::size_t>(rule.state)];
      for (const auto list : {set->rules(), set->drafts()}) {
        for (const ActiveRule& active : list) sections += active.rule.id == rule.id ? row(active) : std::string();
      }
    }
  }
  return fmt::format(
             "# The shipped rules\n\n"
             "{} rules: {} active, {} in shadow, {} draft. Active rules make findings; rules in shadow are asked and "
             "counted apart;\n"
             "drafts wait for facts that nobody reads yet. `tallystick policy explain RULE` is the page of each. How "
             "rules are\n"
             "written: [spec/rules.md](spec/rules.md). This page is made from the packs "
             "(`tallystick policy list --page > docs/rules.md`),\n"
             "and a test keeps it fresh.\n",
             rules, states[static_cast<std::size_t>(State::active)], states[static_cast<std::size_t>(State::shadow)],
             states[static_cast<std::size_t>(State::draft)]) +
         sections;
}

}  // namespace tally::rules
