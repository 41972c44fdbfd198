#include "policy/rules/reader.h"

#include <fmt/format.h>

namespace tally::rules {

std::string Reader::text(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr) {
    troubles_.add(table.at, fmt::format("\"{}\" is missing", key));
    return {};
  }
  return text(table, key, {});
}

std::string Reader::text(const Node& table, std::string_view key, std::string_view otherwise) {
  const Node* node = table.find(key);
  if (node == nullptr) return std::string(otherwise);
  if (const auto* value = node->get<std::string>()) return *value;
  troubles_.add(node->at, fmt::format("\"{}\" is {}, a string is expected", key, node->kind()));
  return std::string(otherwise);
}

std::vector<std::string> Reader::texts(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr) return {};
  const auto value = setting(*node);
  if (const auto* list = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr) return *list;
  troubles_.add(node->at, fmt::format("\"{}\" has to be a list of strings", key));
  return {};
}

std::vector<const Node*> Reader::tables(const Node& table, std::string_view key) {
  std::vector<const Node*> out;
  const Node* node = table.find(key);
  if (node == nullptr) return out;
  const auto* list = node->get<Node::List>();
  if (list == nullptr) {
    troubles_.add(node->at, fmt::format("write [[{}]], once for each", key));
    return out;
  }
  for (const Node& element : *list) {
    if (element.get<Node::Table>() != nullptr) {
      out.push_back(&element);
    } else {
      troubles_.add(element.at, fmt::format("\"{}\" has to be a table", key));
    }
  }
  return out;
}

std::optional<Setting> Reader::setting(const Node& node) {
  if (const auto* value = node.get<bool>()) return Setting(*value);
  if (const auto* value = node.get<std::int64_t>()) return Setting(*value);
  if (const auto* value = node.get<std::string>()) return Setting(*value);
  if (const auto* list = node.get<Node::List>()) {
    std::vector<std::string> texts;
    for (const Node& element : *list) {
      if (const auto* text = element.get<std::string>()) texts.push_back(*text);
    }
    if (texts.size() == list->size()) return Setting(std::move(texts));
  }
  return std::nullopt;
}

}  // namespace tally::rules
