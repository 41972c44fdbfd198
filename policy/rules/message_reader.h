// Reading the sentences and commands of a rule: every placeholder has to be a fact or a parameter of the rule, and in a
// command it has to be written so that a stranger's name stays a name. Inner to this library.
#pragma once

#include <string_view>
#include <vector>

#include "policy/rules/reader.h"
#include "policy/rules/rule.h"

namespace tally::rules {

class MessageReader {
 public:
  /// The rule's subject, parameters and needs have been read.
  MessageReader(const Rule& rule, Reader& reader) : rule_(rule), reader_(reader) {}

  /// A sentence that has to be there.
  Message sentence(const Node& table, std::string_view key);
  /// commands.<kind of directory>.<tool>
  std::vector<Command> commands(const Node& node);

 private:
  Message message(const Node& node, std::string_view where, Message::Form form);
  void check(const Message::Placeholder& placeholder, const Node& node, std::string_view where, Message::Form form);

  const Rule& rule_;
  Reader& reader_;
};

}  // namespace tally::rules
