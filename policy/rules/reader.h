// Reader: typed access to the keys of a document's table, every mistake noted with its place.
//
//   std::string id = reader.text(rule, "id");              // required: notes it when absent
//   std::string why = reader.text(rule, "rationale", "");  // optional
//
// Inner to this library, and to the tests that read scenario files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/rules/document.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {

class Reader {
 public:
  explicit Reader(Troubles& troubles) : troubles_(troubles) {}

  /// A string that has to be there; "" (and a note) when it is not.
  std::string text(const Node& table, std::string_view key);
  std::string text(const Node& table, std::string_view key, std::string_view otherwise);
  /// A list of strings; empty when it is not there.
  std::vector<std::string> texts(const Node& table, std::string_view key);
  /// The tables under [[key]]; empty when there are none.
  std::vector<const Node*> tables(const Node& table, std::string_view key);
  /// A node as a setting: bool, whole number, string or list of strings.
  std::optional<Setting> setting(const Node& node);

  Troubles& troubles() { return troubles_; }

 private:
  Troubles& troubles_;
};

}  // namespace tally::rules
