#include "policy/rules/message_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/rules/rule_facts.h"

namespace tally::rules {
namespace {

struct Tool {
  std::string_view directory, name;
  Message::Form form;
};

/// Samba and Windows take ldapmodify too, but whoever administers them has a shorter way.
constexpr std::array<Tool, 5> kTools{{{"active-directory", "powershell", Message::Form::powershell},
                                      {"active-directory", "samba-tool", Message::Form::shell},
                                      {"active-directory", "ldapmodify", Message::Form::ldif},
                                      {"openldap", "ldapmodify", Message::Form::ldif},
                                      {"389ds", "ldapmodify", Message::Form::ldif}}};

std::vector<std::string_view> directories() {
  std::vector<std::string_view> names;
  for (const Tool& tool : kTools) {
    if (names.empty() || names.back() != tool.directory) names.push_back(tool.directory);
  }
  return names;
}

std::vector<std::string_view> tools_of(std::string_view directory) {
  std::vector<std::string_view> names;
  for (const Tool& tool : kTools) {
    if (tool.directory == directory) names.push_back(tool.name);
  }
  return names;
}

/// A number, a date or yes and no cannot be taken for a part of a command.
bool harmless(const cel::Type& type) { return type.kind != cel::Kind::string && type.kind != cel::Kind::list; }

}  // namespace

Message MessageReader::sentence(const Node& table, std::string_view key) {
  const std::string text = reader_.text(table, key);
  const Node* node = table.find(key);
  return node == nullptr || node->get<std::string>() == nullptr ? Message() : message(*node, key, Message::Form::plain);
}

std::vector<Command> MessageReader::commands(const Node& node) {
  std::vector<Command> out;
  if (node.get<Node::Table>() == nullptr) {
    reader_.troubles().add(node.at, "write commands.active-directory.powershell = '…'");
    return out;
  }
  reader_.troubles().unknown_keys(node, directories());
  for (const std::string_view directory : directories()) {
    const Node* tools = node.find(directory);
    if (tools == nullptr) continue;
    if (tools->get<Node::Table>() == nullptr) {
      reader_.troubles().add(tools->at,
                             fmt::format("a command says what it is for: commands.{0}.{1}", directory,
                                         fmt::join(tools_of(directory), fmt::format(" or commands.{}.", directory))));
      continue;
    }
    reader_.troubles().unknown_keys(*tools, tools_of(directory));
    for (const Tool& tool : kTools) {
      const Node* text = tool.directory == directory ? tools->find(tool.name) : nullptr;
      if (text == nullptr) continue;
      reader_.text(*tools, tool.name);
      out.push_back({std::string(directory), std::string(tool.name), message(*text, tool.name, tool.form)});
    }
  }
  return out;
}

Message MessageReader::message(const Node& node, std::string_view where, Message::Form form) {
  const auto* text = node.get<std::string>();
  if (text == nullptr) return {};
  auto parsed = Message::parse(*text);
  if (!parsed) {
    const Message::Mistake& mistake = parsed.error();
    reader_.troubles().add(place_in(node, mistake.offset), fmt::format("{}: {}", where, mistake.sentence),
                           mistake.hint);
    return {};
  }
  for (const Message::Placeholder& placeholder : parsed->placeholders()) check(placeholder, node, where, form);
  return std::move(*parsed);
}

void MessageReader::check(const Message::Placeholder& placeholder, const Node& node, std::string_view where,
                          Message::Form form) {
  const RuleFacts facts(rule_);
  const cel::Position at = place_in(node, placeholder.offset);
  const std::string_view parameter = placeholder.name.starts_with("params.") ? placeholder.name.substr(7) : "";
  const auto known = rule_.parameters.find(std::string(parameter));
  const auto type =
      known == rule_.parameters.end() ? facts.type(placeholder.name) : std::optional(known->second.value.type());
  if (!type) {
    std::vector<std::string_view> names = facts.names();
    std::vector<std::string> parameters;
    for (const auto& one : rule_.parameters) parameters.push_back("params." + one.first);
    names.insert(names.end(), parameters.begin(), parameters.end());
    return reader_.troubles().add(at,
                                  fmt::format("{} uses {{{}}}, which a rule about {} cannot read", where,
                                              placeholder.name, to_string(rule_.about)),
                                  suggestion(placeholder.name, names));
  }
  if (placeholder.form == form || (placeholder.form == Message::Form::plain && harmless(*type))) return;
  if (form == Message::Form::plain) {
    return reader_.troubles().add(at, fmt::format("{}: \"|{}\" is for commands", where, to_string(placeholder.form)),
                                  fmt::format("write {{{}}}", placeholder.name));
  }
  reader_.troubles().add(
      at,
      fmt::format("{}: {{{}}} stands there unprotected: whoever chose that name could write a command", where,
                  placeholder.name),
      fmt::format("write {{{}|{}}}", placeholder.name, to_string(form)));
}

}  // namespace tally::rules
