#include "policy/rules/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/rules/rule_facts.h"

namespace tally::rules {
namespace {

std::optional<cel::Program> compiled(const Expression& expression, cel::Type type, const cel::Environment& names,
                                     Troubles& troubles) {
  auto program = cel::compile(troubles.file(), expression.text, names, expression.at);
  if (!program) {
    troubles.add(std::move(program.error()));
    return std::nullopt;
  }
  if (program->type() != type) {
    troubles.add(expression.at,
                 fmt::format("this expression is of type {}, a rule's is {}", program->type().name(), type.name()));
    return std::nullopt;
  }
  return std::move(*program);
}

bool part_of_name(char c) { return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

/// Where `name` first stands as a whole word.
std::size_t first_use(std::string_view text, std::string_view name) {
  std::size_t at = text.find(name);
  while (at != std::string_view::npos) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !part_of_name(text[at - 1])) &&
        (end == text.size() || !part_of_name(text[end]) || text[end] == '.')) {
      break;
    }
    at = text.find(name, at + 1);
  }
  return at;
}

/// The facts as evidence lists them: in the order in which the rule names them. "now" is in every verdict already.
std::vector<std::string> evidence_order(const cel::Program& when) {
  std::vector<std::string> facts;
  for (const std::string& fact : when.facts()) {
    if (fact != "now") facts.push_back(fact);
  }
  std::stable_sort(facts.begin(), facts.end(), [&](const std::string& a, const std::string& b) {
    return first_use(when.text(), a) < first_use(when.text(), b);
  });
  return facts;
}

}  // namespace

std::optional<ActiveRule> compile_rule(const Rule& rule, std::map<std::string, cel::Value> parameters,
                                       Troubles& troubles) {
  const cel::Environment names = RuleFacts(rule).environment(parameters);
  auto when = compiled(rule.when, cel::Type::boolean(), names, troubles);
  std::vector<std::pair<model::Severity, cel::Program>> raised;
  bool whole = when.has_value();
  for (auto it = rule.severity_when.rbegin(); it != rule.severity_when.rend(); ++it) {
    auto program = compiled(it->second, cel::Type::boolean(), names, troubles);
    whole = whole && program.has_value();
    if (program) raised.emplace_back(it->first, std::move(*program));
  }
  if (!whole) return std::nullopt;
  std::vector<std::string> facts = evidence_order(*when);
  return ActiveRule{rule, std::move(*when), std::move(raised), std::move(parameters), std::move(facts)};
}

}  // namespace tally::rules
