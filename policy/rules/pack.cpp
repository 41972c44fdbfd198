#include "policy/rules/pack.h"

#include <fmt/format.h>

#include "policy/rules/compile.h"
#include "policy/rules/example_reader.h"
#include "policy/rules/group_statements.h"
#include "policy/rules/parameter.h"
#include "policy/rules/reader.h"
#include "policy/rules/severity.h"

namespace tally::rules {
namespace {

Expression expression_of(const Node& node) { return {*node.get<std::string>(), node.text}; }

Message message_of(const Node& table, std::string_view key, Reader& reader) {
  const Node* node = table.find(key);
  const std::string text = node == nullptr ? std::string() : reader.text(table, key);
  auto message = Message::parse(text);
  if (message) return std::move(*message);
  reader.troubles().add(node->at, fmt::format("{}: {}", key, message.error().sentence));
  return {};
}

/// Names that stand for something else in the settings of every rule.
bool reserved(std::string_view parameter) { return parameter == "enabled" || parameter == "severity"; }

void read_parameters(const Node& table, Reader& reader, Rule& rule) {
  const Node* params = table.find("params");
  const auto* entries = params == nullptr ? nullptr : params->get<Node::Table>();
  if (params != nullptr && entries == nullptr) reader.troubles().add(params->at, "params has to be a table");
  for (const Entry& entry : entries == nullptr ? Node::Table{} : *entries) {
    if (reserved(entry.key) || !cel::Environment::is_valid_name(entry.key)) {
      reader.troubles().add(entry.at, fmt::format("a parameter cannot be called \"{}\"", entry.key));
      continue;
    }
    reader.troubles().unknown_keys(entry.value, {"type", "default", "about"});
    const std::string type_name = reader.text(entry.value, "type");
    const auto type = parameter_type(type_name);
    const Node* given = entry.value.find("default");
    if (!type) {
      reader.troubles().add(entry.at, fmt::format("\"{}\" is no type of a parameter", type_name),
                            suggestion(type_name, parameter_types()));
    }
    if (given == nullptr) reader.troubles().add(entry.at, fmt::format("\"default\" of {} is missing", entry.key));
    if (!type || given == nullptr) continue;
    const auto setting = reader.setting(*given);
    auto value = setting ? typed(*setting, *type) : tl::unexpected(fmt::format("{} is not expected", given->kind()));
    if (!value) {
      reader.troubles().add(given->at, fmt::format("default of {}: {}", entry.key, value.error()));
    } else {
      rule.parameters.emplace(entry.key, Parameter{std::move(*value), reader.text(entry.value, "about")});
    }
  }
}

void read_severities(const Node& table, Reader& reader, Rule& rule) {
  const Node* node = table.find("severity_when");
  if (node == nullptr) return;
  const auto* entries = node->get<Node::Table>();
  if (entries == nullptr) return reader.troubles().add(node->at, "write severity_when.high = '…', with an expression");
  for (const Entry& entry : *entries) {
    const auto severity = severity_of(entry.key);
    if (!severity) {
      reader.troubles().add(entry.at, fmt::format("\"{}\" is no severity: {}", entry.key, kSeveritiesExpected));
    } else if (entry.value.get<std::string>() == nullptr) {
      reader.troubles().add(entry.value.at, "an expression is expected, as a string");
    } else {
      rule.severity_when.emplace(*severity, expression_of(entry.value));
    }
  }
}

void read_commands(const Node& table, Reader& reader, Rule& rule) {
  static const std::vector<std::string_view> kProfiles{"active-directory", "openldap"};
  const Node* node = table.find("commands");
  if (node == nullptr) return;
  reader.troubles().unknown_keys(*node, kProfiles);
  for (const std::string_view profile : kProfiles) {
    if (node->find(profile) != nullptr) rule.commands.emplace(profile, message_of(*node, profile, reader));
  }
}

/// Length before text: no two rules have the same form.
std::string canonical_form(const Rule& rule, const Node& table, Reader& reader) {
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
  field("rationale", rule.rationale);
  field("message", reader.text(table, "message", ""));
  field("fix", reader.text(table, "fix", ""));
  for (const auto& command : rule.commands)
    field(command.first, reader.text(*table.find("commands"), command.first, ""));
  for (const std::string& control : rule.controls) field("control", control);
  for (const auto& [name, parameter] : rule.parameters) field(name, canonical(parameter.value));
  return out;
}

Rule read_rule(const Node& table, Reader& reader) {
  Troubles& troubles = reader.troubles();
  troubles.unknown_keys(table, {"id", "title", "about", "severity", "when", "severity_when", "rationale", "message",
                                "fix", "commands", "controls", "params", "example"});
  Rule rule;
  rule.at = table.at;
  rule.id = reader.text(table, "id");
  rule.title = reader.text(table, "title");
  rule.rationale = reader.text(table, "rationale");
  const std::string about = reader.text(table, "about"), severity = reader.text(table, "severity");
  if (const auto kind = subject_kind_of(about)) {
    rule.about = *kind;
  } else {
    troubles.add(table.at, fmt::format("about = \"{}\": \"account\", \"person\" or \"source\" is expected", about));
  }
  if (const auto known = severity_of(severity)) {
    rule.severity = *known;
  } else {
    troubles.add(table.at, fmt::format("severity = \"{}\": {}", severity, kSeveritiesExpected));
  }
  if (!reader.text(table, "when").empty()) rule.when = expression_of(*table.find("when"));
  reader.text(table, "message");
  rule.message = message_of(table, "message", reader);
  reader.text(table, "fix");
  rule.fix = message_of(table, "fix", reader);
  rule.controls = reader.texts(table, "controls");
  read_parameters(table, reader, rule);
  read_severities(table, reader, rule);
  read_commands(table, reader, rule);
  for (const Node* example : reader.tables(table, "example")) {
    if (auto read = read_example(*example, rule, reader)) rule.examples.push_back(std::move(*read));
  }
  rule.canonical = canonical_form(rule, table, reader);
  return rule;
}

/// Compiles every rule with its defaults and asks it its examples.
void check(const Pack& pack, Troubles& troubles) {
  for (const Rule& rule : pack.rules) {
    if (rule.when.text.empty()) continue;
    std::map<std::string, cel::Value> defaults;
    for (const auto& [name, parameter] : rule.parameters) defaults.emplace(name, parameter.value);
    const auto active = compile_rule(rule, std::move(defaults), troubles);
    if (!active) continue;
    for (const Example& example : rule.examples) {
      if (auto differs = check_example(*active, example)) troubles.add(example.at, std::move(*differs));
    }
  }
  for (std::size_t i = 0; i < pack.rules.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (pack.rules[k].id != pack.rules[i].id || pack.rules[i].id.empty()) continue;
      troubles.add(pack.rules[i].at, fmt::format("the rule {} is there already", pack.rules[i].id),
                   fmt::format("the other one is in line {}", pack.rules[k].at.line));
    }
  }
}

}  // namespace

tl::expected<Pack, base::Diagnostics> load_pack(std::string_view text, std::string_view file) {
  const auto root = parse_document(text, file);
  if (!root) return tl::unexpected(root.error());
  Troubles troubles(file);
  Reader reader(troubles);
  troubles.unknown_keys(*root, {"pack", "rule", "privileged_group", "entitlement"});
  Pack pack;
  pack.file = file;
  if (const Node* head = root->find("pack")) {
    troubles.unknown_keys(*head, {"id", "version", "title"});
    pack.id = reader.text(*head, "id");
    pack.version = reader.text(*head, "version");
    pack.title = reader.text(*head, "title");
  } else {
    troubles.add({1, 1}, "a pack begins with [pack], its id, version and title");
  }
  for (const Node* rule : reader.tables(*root, "rule")) pack.rules.push_back(read_rule(*rule, reader));
  pack.privileged_groups = read_privileged_groups(*root, reader);
  pack.entitlements = read_entitlements(*root, reader);
  check(pack, troubles);
  if (troubles.none()) return pack;
  return tl::unexpected(troubles.take());
}

}  // namespace tally::rules
