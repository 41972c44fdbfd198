// RuleFacts: the names that one rule may use for facts: the catalogue's for its subject, and those that it needs and
// nobody reads yet.
//
//   const RuleFacts facts(rule);
//   if (auto type = facts.type("account.disabled_at")) …
//   cel::Environment names = facts.environment(parameters);
//
// Not the values of facts: those come from examples, or from policy/evaluation. Inner to this library.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/environment.h"
#include "policy/rules/rule.h"

namespace tally::rules {

class RuleFacts {
 public:
  /// Keeps a reference: the rule must outlive this.
  explicit RuleFacts(const Rule& rule) : rule_(rule) {}

  /// Nothing when the rule cannot name such a fact.
  [[nodiscard]] std::optional<cel::Type> type(std::string_view name) const;
  /// All of them, the catalogue's first.
  [[nodiscard]] std::vector<std::string_view> names() const;
  /// The facts, and `params.<name>` for each parameter.
  [[nodiscard]] cel::Environment environment(const std::map<std::string, cel::Value>& parameters) const;

  /// Whether a fact of that name could belong to what a rule of this subject reads: "account.x" cannot for a source.
  [[nodiscard]] bool may_need(std::string_view name) const;

 private:
  const Rule& rule_;
};

}  // namespace tally::rules
