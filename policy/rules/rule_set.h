// RuleSet: the rules in force, compiled, with the parameters of this site.
//
//   tl::expected<RuleSet, base::Diagnostics> rules = RuleSet::build({core, acme}, overrides);
//   for (const ActiveRule& active : rules->rules()) active.when.evaluate(columns, rows);
//
// Immutable; cheap to move; may be used from many threads.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/base/digest.h"
#include "policy/cel/program.h"
#include "policy/rules/rule.h"

namespace tally::rules {

/// A value as the configuration writes it; a length of time is a string ("2d") and becomes one by the parameter's type.
using Setting = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// One choice of the configuration: [rules.LVR-001] grace = "2d". Three belong to every rule: "state" ("draft",
/// "shadow", "active"), "enabled" (bool; false leaves the rule out) and "severity" ("low", "medium", "high",
/// "critical").
struct Override {
  std::string rule;
  std::string parameter;
  Setting value;
  std::string file;  ///< where it stands, for diagnostics
  int line = 0;
  int column = 0;
};

/// A rule in force: active or in shadow, as rule.state says.
struct ActiveRule {
  Rule rule;  ///< with the severity and the state of this site
  cel::Program when;
  std::vector<std::pair<model::Severity, cel::Program>> severity_when;  ///< highest first; raising and lowering ones
  std::map<std::string, cel::Value> parameters;                         ///< after overrides
  std::vector<std::string> facts;  ///< that `when` reads, in the order in which it names them, without "now"

  /// The severity of a violation for which the expressions of severity_when, in their order, have these answers.
  [[nodiscard]] model::Severity graded(std::span<const cel::Truth> answers) const;
  [[nodiscard]] bool shadow() const { return rule.state == State::shadow; }
};

class RuleSet {
 public:
  /// Rules keep the order of the packs. Refused: two rules of one id, overrides of a rule or parameter that is not
  /// there, values of a wrong type, a state other than draft for a rule that needs facts nobody reads; all of them at
  /// once, with a suggestion.
  static tl::expected<RuleSet, base::Diagnostics> build(std::vector<Pack> packs,
                                                        const std::vector<Override>& overrides = {});

  /// The rules to ask: active ones and those in shadow.
  [[nodiscard]] std::span<const ActiveRule> rules() const { return rules_; }
  /// The drafts, which are not asked, with the parameters of this site; for lists and pages.
  [[nodiscard]] std::span<const ActiveRule> drafts() const { return drafts_; }
  /// What the packs say about groups, in the order of the packs.
  [[nodiscard]] std::span<const model::PrivilegedTarget> privileged_groups() const { return privileged_groups_; }
  [[nodiscard]] std::span<const model::EntitlementClass> entitlement_classes() const { return entitlements_; }
  /// nullptr when no rule of that id is in force, active or in shadow.
  [[nodiscard]] const ActiveRule* find(std::string_view id) const;
  /// Over packs, rules, states, parameters and statements about groups in force, in canonical form: the same rules have
  /// the same digest, whatever the layout of the files.
  [[nodiscard]] const base::Digest& digest() const { return digest_; }
  /// "leavers 1.0", one for each pack.
  [[nodiscard]] const std::vector<std::string>& packs() const { return packs_; }

 private:
  std::vector<ActiveRule> rules_, drafts_;
  std::vector<std::string> packs_;
  std::vector<model::PrivilegedTarget> privileged_groups_;
  std::vector<model::EntitlementClass> entitlements_;
  base::Digest digest_;
};

}  // namespace tally::rules
