#include "policy/rules/rule_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/rules/compile.h"
#include "policy/rules/group_statements.h"
#include "policy/rules/parameter.h"
#include "policy/rules/words.h"

namespace tally::rules {
namespace {

/// A rule with what the configuration made of it.
struct Chosen {
  std::string file;
  Rule rule;
  std::map<std::string, cel::Value> parameters;
  bool enabled = true;
};

class Builder {
 public:
  explicit Builder(std::vector<Pack> packs) {
    for (Pack& pack : packs) {
      for (Rule& rule : pack.rules) take(pack.file, std::move(rule));
    }
  }

  void apply(const Override& choice) {
    const auto found =
        std::find_if(chosen_.begin(), chosen_.end(), [&](const Chosen& c) { return c.rule.id == choice.rule; });
    if (found == chosen_.end()) {
      std::vector<std::string_view> ids;
      for (const Chosen& c : chosen_) ids.push_back(c.rule.id);
      return refuse(choice, fmt::format("there is no rule {}", choice.rule), suggestion(choice.rule, ids));
    }
    if (choice.parameter == "enabled") return enable(*found, choice);
    if (choice.parameter == "state") return move_on(*found, choice);
    if (choice.parameter == "severity") return grade(*found, choice);
    set(*found, choice);
  }

  void compile(std::vector<ActiveRule>& rules, std::vector<ActiveRule>& drafts) {
    for (Chosen& chosen : chosen_) {
      if (!chosen.enabled) continue;
      Troubles troubles(chosen.file);
      std::vector<ActiveRule>& into = chosen.rule.state == State::draft ? drafts : rules;
      if (auto rule = compile_rule(chosen.rule, std::move(chosen.parameters), troubles))
        into.push_back(std::move(*rule));
      for (base::Diagnostic& trouble : troubles.take()) troubles_.push_back(std::move(trouble));
    }
  }

  [[nodiscard]] base::Diagnostics& troubles() { return troubles_; }

 private:
  void take(const std::string& file, Rule rule) {
    for (const Chosen& other : chosen_) {
      if (other.rule.id != rule.id) continue;
      troubles_.push_back({file, rule.at.line, rule.at.column, fmt::format("the rule {} is there already", rule.id),
                           fmt::format("the other one is in {}, line {}", other.file, other.rule.at.line)});
      return;
    }
    Chosen chosen{file, std::move(rule), {}, true};
    for (const auto& [name, parameter] : chosen.rule.parameters) chosen.parameters.emplace(name, parameter.value);
    chosen_.push_back(std::move(chosen));
  }

  void refuse(const Override& choice, std::string message, std::string hint = {}) {
    troubles_.push_back({choice.file, choice.line, choice.column, std::move(message), std::move(hint)});
  }

  void enable(Chosen& chosen, const Override& choice) {
    const bool* value = std::get_if<bool>(&choice.value);
    if (value == nullptr) return refuse(choice, fmt::format("enabled of {}: true or false is expected", choice.rule));
    chosen.enabled = *value;
  }

  /// A rule that needs facts nobody reads stays a draft: it could only ever answer "cannot tell".
  void move_on(Chosen& chosen, const Override& choice) {
    const auto* word = std::get_if<std::string>(&choice.value);
    const auto state = word == nullptr ? std::nullopt : state_of(*word);
    if (!state) {
      return refuse(choice, fmt::format("state of {}: {}", choice.rule, kStatesExpected),
                    word == nullptr ? std::string() : suggestion(*word, state_words()));
    }
    if (*state != State::draft && !chosen.rule.needs.empty()) {
      std::string needs;
      for (const auto& need : chosen.rule.needs) needs += (needs.empty() ? "" : ", ") + need.first;
      return refuse(choice, fmt::format("{} can only be a draft: nothing reads {}", choice.rule, needs));
    }
    chosen.rule.state = *state;
  }

  void grade(Chosen& chosen, const Override& choice) {
    const auto* word = std::get_if<std::string>(&choice.value);
    const auto severity = word == nullptr ? std::nullopt : severity_of(*word);
    if (!severity) return refuse(choice, fmt::format("severity of {}: {}", choice.rule, kSeveritiesExpected));
    chosen.rule.severity = *severity;
  }

  void set(Chosen& chosen, const Override& choice) {
    const auto parameter = chosen.parameters.find(choice.parameter);
    if (parameter == chosen.parameters.end()) {
      std::vector<std::string_view> names{"enabled", "severity", "state"};
      for (const auto& known : chosen.parameters) names.push_back(known.first);
      return refuse(choice, fmt::format("{} has no parameter \"{}\"", choice.rule, choice.parameter),
                    suggestion(choice.parameter, names));
    }
    auto value = typed(choice.value, parameter->second.type());
    if (!value) return refuse(choice, fmt::format("{} of {}: {}", choice.parameter, choice.rule, value.error()));
    if (const auto wrong = out_of_range(*value, chosen.rule.parameters.at(choice.parameter).unit)) {
      return refuse(choice, fmt::format("{} of {}: {}", choice.parameter, choice.rule, *wrong));
    }
    parameter->second = std::move(*value);
  }

  std::vector<Chosen> chosen_;
  base::Diagnostics troubles_;
};

}  // namespace

tl::expected<RuleSet, base::Diagnostics> RuleSet::build(std::vector<Pack> packs,
                                                        const std::vector<Override>& overrides) {
  RuleSet set;
  for (const Pack& pack : packs) {
    set.packs_.push_back(fmt::format("{} {}", pack.id, pack.version));
    set.privileged_groups_.insert(set.privileged_groups_.end(), pack.privileged_groups.begin(),
                                  pack.privileged_groups.end());
    set.entitlements_.insert(set.entitlements_.end(), pack.entitlements.begin(), pack.entitlements.end());
  }
  Builder builder(std::move(packs));
  for (const Override& choice : overrides) builder.apply(choice);
  builder.compile(set.rules_, set.drafts_);
  if (!builder.troubles().empty()) return tl::unexpected(std::move(builder.troubles()));
  base::Sha256 hash;
  for (const std::string& pack : set.packs_) hash.update(fmt::format("pack {}:{}\n", pack.size(), pack));
  for (const ActiveRule& active : set.rules_) {
    hash.update(active.rule.canonical)
        .update(fmt::format("in force as {} {}\n", to_string(active.rule.state), to_string(active.rule.severity)));
    for (const auto& [name, value] : active.parameters) hash.update(fmt::format("set {} {}\n", name, canonical(value)));
  }
  hash.update(canonical_form(set.privileged_groups_, set.entitlements_));
  set.digest_ = hash.finish();
  return set;
}

model::Severity ActiveRule::graded(std::span<const cel::Truth> answers) const {
  std::optional<model::Severity> raised, lowered;
  bool may_be_raised = false;
  for (std::size_t i = 0; i < severity_when.size(); ++i) {
    const model::Severity grade = severity_when[i].first;
    const bool raises = grade > rule.severity;
    may_be_raised = may_be_raised || (raises && answers[i] == cel::Truth::unknown);
    if (answers[i] != cel::Truth::yes) continue;
    if (raises) raised = std::max(raised.value_or(grade), grade);
    if (grade < rule.severity) lowered = std::min(lowered.value_or(grade), grade);
  }
  if (raised) return *raised;
  return lowered && !may_be_raised ? *lowered : rule.severity;
}

const ActiveRule* RuleSet::find(std::string_view id) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const ActiveRule& r) { return r.rule.id == id; });
  return found == rules_.end() ? nullptr : &*found;
}

}  // namespace tally::rules
