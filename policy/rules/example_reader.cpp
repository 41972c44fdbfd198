#include "policy/rules/example_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/rules/catalogue.h"
#include "policy/rules/parameter.h"

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

std::optional<ExampleFact> fact_of(const Node& node, const FactInfo& info, Reader& reader) {
  if (const Node* why = node.find("unknown")) {
    reader.troubles().unknown_keys(node, {"unknown"});
    const auto* text = why->get<std::string>();
    if (text != nullptr) return ExampleFact{{}, *text};
    reader.troubles().add(why->at, "unknown = \"why\": a string is expected");
    return std::nullopt;
  }
  if (info.type == cel::Type::timestamp()) {
    if (auto moment = moment_of(node)) return ExampleFact{*moment, std::nullopt};
    reader.troubles().add(node.at, fmt::format("{} is a moment: a date-time, \"never\", or a list of the earliest and "
                                               "the latest",
                                               info.name));
    return std::nullopt;
  }
  const auto setting = reader.setting(node);
  auto value = setting ? typed(*setting, info.type) : tl::unexpected(fmt::format("{} is not expected", node.kind()));
  if (value) return ExampleFact{std::move(*value), std::nullopt};
  reader.troubles().add(node.at, fmt::format("{}: {}", info.name, value.error()));
  return std::nullopt;
}

/// Facts are written as nested keys: account.enabled is the key "enabled" in the table "account".
void read_facts(const Entry& group, const Rule& rule, Reader& reader, Example& example) {
  const auto* entries = group.value.get<Node::Table>();
  if (entries == nullptr) {
    return reader.troubles().add(group.at, fmt::format("unknown key \"{}\"", group.key),
                                 "facts have a dot: account.enabled = true");
  }
  for (const Entry& entry : *entries) {
    const std::string name = group.key + "." + entry.key;
    const FactInfo* info = find_fact(name);
    if (info == nullptr || !usable_in(*info, rule.about)) {
      reader.troubles().add(entry.at, fmt::format("a rule about {} has no fact {}", to_string(rule.about), name),
                            suggestion(name, facts_for(rule.about)));
    } else if (auto fact = fact_of(entry.value, *info, reader)) {
      example.facts.emplace(name, std::move(*fact));
    }
  }
}

}  // namespace

std::optional<Example> read_example(const Node& table, const Rule& rule, Reader& reader) {
  static constexpr std::array<std::string_view, 3> kOwnKeys{"name", "expect", "now"};
  Example example;
  example.at = table.at;
  example.name = reader.text(table, "name");
  const std::string expect = reader.text(table, "expect");
  bool known = false;
  for (const model::Outcome outcome : {model::Outcome::clear, model::Outcome::violation, model::Outcome::cannot_tell}) {
    if (expect != to_string(outcome)) continue;
    example.expect = outcome;
    known = true;
  }
  if (!known) {
    reader.troubles().add(
        table.at, fmt::format("expect = \"{}\": \"violation\", \"clear\" or \"cannot tell\" is expected", expect));
  }
  if (const Node* now = table.find("now")) {
    const auto* moment = now->get<base::Instant>();
    if (moment != nullptr) example.now = *moment;
    if (moment == nullptr) reader.troubles().add(now->at, "now: a date-time is expected, such as 2026-03-31T22:00:00Z");
  }
  for (const Entry& entry : *table.get<Node::Table>()) {
    if (std::find(kOwnKeys.begin(), kOwnKeys.end(), entry.key) != kOwnKeys.end()) continue;
    read_facts(entry, rule, reader, example);
  }
  return known ? std::optional(std::move(example)) : std::nullopt;
}

}  // namespace tally::rules
