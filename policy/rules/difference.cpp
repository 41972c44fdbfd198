#include "policy/rules/difference.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace tally::rules {
namespace {

using Settings = std::map<std::string, std::string>;  ///< path of a key and what it says

std::string written(const Node& node);

struct Writer {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(base::Instant value) const { return base::format_instant(value); }
  std::string operator()(const Node::List& values) const {
    std::string all;
    for (const Node& value : values) all += (all.empty() ? "" : ", ") + written(value);
    return "[" + all + "]";
  }
  std::string operator()(const Node::Table& entries) const {
    std::string all;
    for (const Entry& entry : entries) all += (all.empty() ? "" : ", ") + entry.key + " = " + written(entry.value);
    return "{" + all + "}";
  }
};

std::string written(const Node& node) { return std::visit(Writer{}, node.data); }

/// Examples are told apart by their names, tables by their keys; all else is one value.
void collect(const Node& node, const std::string& path, Settings& settings) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (const auto* entries = node.get<Node::Table>()) {
    for (const Entry& entry : *entries) collect(entry.value, below(entry.key), settings);
    return;
  }
  const auto* list = node.get<Node::List>();
  if (list == nullptr || list->empty() || list->front().find("name") == nullptr) {
    settings[path] = written(node);
    return;
  }
  for (const Node& item : *list) settings[fmt::format("{} \"{}\"", path, written(*item.find("name")))] = written(item);
}

Settings settings_of(const Node& table) {
  Settings settings;
  collect(table, "", settings);
  return settings;
}

/// The head of the pack and its rules, each under its id, in their order.
std::vector<std::pair<std::string, Settings>> parts_of(const Node& pack) {
  std::vector<std::pair<std::string, Settings>> parts;
  const auto* entries = pack.get<Node::Table>();
  for (const Entry& entry : entries == nullptr ? Node::Table{} : *entries) {
    if (entry.key != "rule") parts.emplace_back(entry.key, settings_of(entry.value));
  }
  const Node* rules = pack.find("rule");
  const auto* list = rules == nullptr ? nullptr : rules->get<Node::List>();
  for (const Node& rule : list == nullptr ? Node::List{} : *list) {
    const Node* id = rule.find("id");
    parts.emplace_back(id == nullptr ? std::string() : written(*id), settings_of(rule));
  }
  return parts;
}

void compare(const std::string& rule, const Settings& before, const Settings& after, std::vector<Change>& changes) {
  Settings keys = before;
  keys.insert(after.begin(), after.end());
  for (const auto& [key, any] : keys) {
    const auto old_one = before.find(key), new_one = after.find(key);
    if (old_one == before.end()) {
      changes.push_back({Change::Kind::added, rule, key, "", new_one->second});
    } else if (new_one == after.end()) {
      changes.push_back({Change::Kind::removed, rule, key, old_one->second, ""});
    } else if (old_one->second != new_one->second) {
      changes.push_back({Change::Kind::changed, rule, key, old_one->second, new_one->second});
    }
  }
}

}  // namespace

std::vector<Change> difference(const Node& old_pack, const Node& new_pack) {
  const auto before = parts_of(old_pack), after = parts_of(new_pack);
  std::map<std::string, const Settings*> now, then;
  for (const auto& [id, settings] : after) now[id] = &settings;
  std::vector<Change> changes;
  for (const auto& [id, settings] : before) {
    then[id] = &settings;
    if (now.contains(id)) {
      compare(id, settings, *now.at(id), changes);
    } else {
      changes.push_back({Change::Kind::removed, id, "", "", ""});
    }
  }
  for (const auto& [id, settings] : after) {
    if (!then.contains(id)) changes.push_back({Change::Kind::added, id, "", "", ""});
  }
  return changes;
}

}  // namespace tally::rules
