#include "policy/rules/example_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/rules/parameter.h"
#include "policy/rules/rule_facts.h"
#include "policy/rules/words.h"

namespace tally::rules {
namespace {

std::optional<base::Instant> instant_of(const Node& node) {
  if (const auto* moment = node.get<base::Instant>()) return *moment;
  const auto* word = node.get<std::string>();
  if (word != nullptr && *word == "-infinity") return base::kBeginningOfTime;
  if (word != nullptr && *word == "infinity") return base::kEndOfTime;
  return std::nullopt;
}

std::optional<cel::Value> moment_of(const Node& node) {
  const auto* word = node.get<std::string>();
  if (word != nullptr && *word == "never") return cel::Value::moment(cel::kNever);
  if (const auto* exact = node.get<base::Instant>()) return cel::Value::moment(*exact);
  const auto* pair = node.get<Node::List>();
  if (pair == nullptr || pair->size() != 2) return std::nullopt;
  const auto earliest = instant_of(pair->front()), latest = instant_of(pair->back());
  if (!earliest || !latest || *latest < *earliest) return std::nullopt;
  return cel::Value::moment(base::Bounds{*earliest, *latest});
}

std::optional<ExampleFact> fact_of(const Node& node, std::string_view name, const cel::Type& type, Reader& reader) {
  if (const Node* why = node.find("unknown")) {
    reader.troubles().unknown_keys(node, {"unknown"});
    const auto* text = why->get<std::string>();
    if (text != nullptr) return ExampleFact{{}, *text};
    reader.troubles().add(why->at, "unknown = \"why\": a string is expected");
    return std::nullopt;
  }
  if (type == cel::Type::timestamp()) {
    if (auto moment = moment_of(node)) return ExampleFact{*moment, std::nullopt};
    reader.troubles().add(node.at, fmt::format("{} is a moment: a date-time, \"never\", or a list of the earliest and "
                                               "the latest",
                                               name));
    return std::nullopt;
  }
  const auto setting = reader.setting(node);
  auto value = setting ? typed(*setting, type) : tl::unexpected(fmt::format("{} is not expected", node.kind()));
  if (value) return ExampleFact{std::move(*value), std::nullopt};
  reader.troubles().add(node.at, fmt::format("{}: {}", name, value.error()));
  return std::nullopt;
}

/// params.grace = "2d": what a site would have set.
void read_parameters(const Entry& group, const Rule& rule, Reader& reader, Example& example) {
  const auto* entries = group.value.get<Node::Table>();
  if (entries == nullptr) return reader.troubles().add(group.at, "write params.<name> = …");
  std::vector<std::string_view> names;
  for (const auto& parameter : rule.parameters) names.push_back(parameter.first);
  for (const Entry& entry : *entries) {
    const auto known = rule.parameters.find(entry.key);
    if (known == rule.parameters.end()) {
      reader.troubles().add(entry.at, fmt::format("{} has no parameter \"{}\"", rule.id, entry.key),
                            suggestion(entry.key, names));
      continue;
    }
    const auto setting = reader.setting(entry.value);
    auto value = setting ? typed(*setting, known->second.value.type())
                         : tl::unexpected(fmt::format("{} is not expected", entry.value.kind()));
    if (value) {
      example.parameters.emplace(entry.key, std::move(*value));
    } else {
      reader.troubles().add(entry.value.at, fmt::format("params.{}: {}", entry.key, value.error()));
    }
  }
}

/// Facts are written as nested keys: account.enabled is the key "enabled" in the table "account".
void read_facts(const Entry& group, const Rule& rule, Reader& reader, Example& example) {
  const auto* entries = group.value.get<Node::Table>();
  if (entries == nullptr) {
    return reader.troubles().add(group.at, fmt::format("unknown key \"{}\"", group.key),
                                 "facts have a dot: account.enabled = true");
  }
  const RuleFacts facts(rule);
  for (const Entry& entry : *entries) {
    const std::string name = group.key + "." + entry.key;
    const auto type = facts.type(name);
    if (!type) {
      reader.troubles().add(entry.at, fmt::format("a rule about {} has no fact {}", to_string(rule.about), name),
                            suggestion(name, facts.names()));
    } else if (auto fact = fact_of(entry.value, name, *type, reader)) {
      example.facts.emplace(name, std::move(*fact));
    }
  }
}

bool read_outcome(const Node& table, Reader& reader, Example& example) {
  const Node* node = table.find("expect");
  const std::string expect = reader.text(table, "expect");
  if (node == nullptr || node->get<std::string>() == nullptr) return false;
  std::vector<std::string_view> words;
  for (const model::Outcome outcome : {model::Outcome::clear, model::Outcome::violation, model::Outcome::cannot_tell}) {
    words.push_back(to_string(outcome));
    if (expect != words.back()) continue;
    example.expect = outcome;
    return true;
  }
  reader.troubles().add(node->at,
                        fmt::format("expect = \"{}\": \"violation\", \"clear\" or \"cannot tell\" is expected", expect),
                        suggestion(expect, words));
  return false;
}

void read_severity(const Node& node, Reader& reader, Example& example) {
  const auto* word = node.get<std::string>();
  example.severity = word == nullptr ? std::nullopt : severity_of(*word);
  if (!example.severity) {
    reader.troubles().add(node.at, fmt::format("severity of an example: {}", kSeveritiesExpected),
                          word == nullptr ? std::string() : suggestion(*word, severity_words()));
  } else if (example.expect != model::Outcome::violation) {
    reader.troubles().add(node.at, "only a violation has a severity");
  }
}

}  // namespace

std::optional<Example> read_example(const Node& table, const Rule& rule, Reader& reader) {
  static constexpr std::array<std::string_view, 4> kOwnKeys{"name", "expect", "now", "severity"};
  Example example;
  example.at = table.at;
  example.name = reader.text(table, "name");
  const bool known = read_outcome(table, reader, example);
  if (const Node* severity = table.find("severity")) read_severity(*severity, reader, example);
  if (const Node* now = table.find("now")) {
    const auto* moment = now->get<base::Instant>();
    if (moment != nullptr) example.now = *moment;
    if (moment == nullptr) reader.troubles().add(now->at, "now: a date-time is expected, such as 2026-03-31T22:00:00Z");
  }
  for (const Entry& entry : *table.get<Node::Table>()) {
    if (std::find(kOwnKeys.begin(), kOwnKeys.end(), entry.key) != kOwnKeys.end()) continue;
    entry.key == "params" ? read_parameters(entry, rule, reader, example) : read_facts(entry, rule, reader, example);
  }
  return known ? std::optional(std::move(example)) : std::nullopt;
}

}  // namespace tally::rules
