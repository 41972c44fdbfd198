#include "policy/rules/rule_facts.h"

#include <algorithm>

#include "policy/rules/catalogue.h"

namespace tally::rules {

std::optional<cel::Type> RuleFacts::type(std::string_view name) const {
  if (const auto need = rule_.needs.find(std::string(name)); need != rule_.needs.end()) return need->second.type;
  const FactInfo* info = find_fact(name);
  return info != nullptr && usable_in(*info, rule_.about) ? std::optional(info->type) : std::nullopt;
}

std::vector<std::string_view> RuleFacts::names() const {
  std::vector<std::string_view> names = facts_for(rule_.about);
  for (const auto& need : rule_.needs) names.push_back(need.first);
  return names;
}

cel::Environment RuleFacts::environment(const std::map<std::string, cel::Value>& parameters) const {
  cel::Environment names = environment_for(rule_.about, parameters);
  for (const auto& [name, need] : rule_.needs) names.declare_fact(name, need.type);
  return names;
}

bool RuleFacts::may_need(std::string_view name) const {
  const std::string_view table = name.substr(0, name.find('.') + 1);
  const auto known = facts_for(rule_.about);
  return !table.empty() && std::any_of(known.begin(), known.end(), [&](auto fact) { return fact.starts_with(table); });
}

}  // namespace tally::rules
