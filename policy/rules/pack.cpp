#include "policy/rules/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/rules/compile.h"
#include "policy/rules/group_statements.h"
#include "policy/rules/parameter.h"
#include "policy/rules/reader.h"
#include "policy/rules/rule_reader.h"

namespace tally::rules {
namespace {

/// Length before text: no two rules have the same form.
std::string canonical_form(const Rule& rule) {
  std::string out;
  const auto field = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{} {}:{}\n", name, value.size(), value);
  };
  field("rule", rule.id);
  field("title", rule.title);
  field("about", to_string(rule.about));
  field("severity", to_string(rule.severity));
  field("when", rule.when.text);
  for (const auto& [severity, expression] : rule.severity_when) field(to_string(severity), expression.text);
  field("protects_from", rule.protects_from);
  field("rationale", rule.rationale);
  field("message", rule.message.text());
  field("fix", rule.fix.text());
  for (const Command& command : rule.commands) {
    field(command.directory, command.tool);
    field("command", command.text.text());
  }
  for (const std::string& fact : rule.evidence) field("evidence", fact);
  for (const std::string& control : rule.controls) field("control", control);
  for (const auto& [name, parameter] : rule.parameters) field(name, canonical(parameter.value));
  return out;
}

std::map<std::string, cel::Value> defaults_of(const Rule& rule) {
  std::map<std::string, cel::Value> defaults;
  for (const auto& [name, parameter] : rule.parameters) defaults.emplace(name, parameter.value);
  return defaults;
}

/// A rule that nobody has seen fire, stay silent and doubt is not known to do any of it.
void check_examples_are_there(const Rule& rule, Troubles& troubles) {
  const auto has = [&](model::Outcome outcome) {
    return std::any_of(rule.examples.begin(), rule.examples.end(), [&](const auto& e) { return e.expect == outcome; });
  };
  std::string missing;
  const auto miss = [&](std::string_view word) { missing += fmt::format("{}{}", missing.empty() ? "" : ", ", word); };
  if (!has(model::Outcome::violation)) miss("one that must fire (expect = \"violation\")");
  if (!has(model::Outcome::clear)) miss("one that must not (expect = \"clear\")");
  const bool doubts = has(model::Outcome::cannot_tell);
  if (!doubts && rule.always_tells.empty()) miss("one that cannot be told (expect = \"cannot tell\")");
  if (!missing.empty()) {
    troubles.add(rule.at, fmt::format("{} lacks examples: {}", rule.id, missing),
                 doubts || !rule.always_tells.empty()
                     ? std::string()
                     : "a rule whose facts are always known says why: always_tells = \"…\"");
  }
  if (doubts && !rule.always_tells.empty()) {
    troubles.add(rule.at, fmt::format("{} has an example that cannot be told, and says in always_tells that there is "
                                      "none",
                                      rule.id));
  }
}

void check_ids(const Pack& pack, Troubles& troubles) {
  for (std::size_t i = 0; i < pack.rules.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (pack.rules[k].id != pack.rules[i].id || pack.rules[i].id.empty()) continue;
      troubles.add(pack.rules[i].at, fmt::format("the rule {} is there already", pack.rules[i].id),
                   fmt::format("the other one is in line {}", pack.rules[k].at.line));
    }
  }
}

void read_head(const Node& root, Reader& reader, Pack& pack) {
  const Node* head = root.find("pack");
  if (head == nullptr || head->get<Node::Table>() == nullptr) {
    return reader.troubles().add(head == nullptr ? cel::Position{1, 1} : head->at,
                                 "a pack begins with [pack], its id, version and title");
  }
  reader.troubles().unknown_keys(*head, {"id", "version", "title"});
  pack.id = reader.text(*head, "id");
  pack.version = reader.text(*head, "version");
  pack.title = reader.text(*head, "title");
}

/// The rule as a site would have it that sets the example's parameters.
std::optional<ActiveRule> with_parameters(const Rule& rule, const Example& example, Troubles& troubles) {
  auto parameters = defaults_of(rule);
  for (const auto& [name, value] : example.parameters) parameters.at(name) = value;
  return compile_rule(rule, std::move(parameters), troubles);
}

}  // namespace

tl::expected<Pack, base::Diagnostics> read_pack(std::string_view text, std::string_view file) {
  const auto root = parse_document(text, file);
  if (!root) return tl::unexpected(root.error());
  Troubles troubles(file);
  Reader reader(troubles);
  troubles.unknown_keys(*root, {"pack", "rule", "privileged_group", "entitlement"});
  Pack pack;
  pack.file = file;
  read_head(*root, reader, pack);
  for (const Node* table : reader.tables(*root, "rule")) {
    ReadRule read = read_rule(*table, reader);
    if (read.can_compile) {
      compile_rule(read.rule, defaults_of(read.rule), troubles);
      if (read.has_examples) check_examples_are_there(read.rule, troubles);
    }
    read.rule.canonical = canonical_form(read.rule);
    pack.rules.push_back(std::move(read.rule));
  }
  pack.privileged_groups = read_privileged_groups(*root, reader);
  pack.entitlements = read_entitlements(*root, reader);
  check_ids(pack, troubles);
  if (troubles.none()) return pack;
  return tl::unexpected(troubles.take());
}

std::vector<ExampleAnswer> ask_examples(const Pack& pack) {
  std::vector<ExampleAnswer> answers;
  Troubles troubles(pack.file);
  for (const Rule& rule : pack.rules) {
    const auto active = compile_rule(rule, defaults_of(rule), troubles);
    if (!active) continue;  // read_pack() lets no such rule pass
    for (const Example& example : rule.examples) {
      const auto other = example.parameters.empty() ? std::nullopt : with_parameters(rule, example, troubles);
      answers.push_back(ask_example(other ? *other : *active, example));
    }
  }
  return answers;
}

tl::expected<Pack, base::Diagnostics> load_pack(std::string_view text, std::string_view file) {
  auto pack = read_pack(text, file);
  if (!pack) return pack;
  Troubles troubles(file);
  for (const ExampleAnswer& answer : ask_examples(*pack)) {
    if (!answer.differs.empty()) troubles.add(answer.example.at, answer.differs);
  }
  if (troubles.none()) return pack;
  return tl::unexpected(troubles.take());
}

}  // namespace tally::rules
