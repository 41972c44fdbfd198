// Document: a TOML file as plain values with their places, so that only one file needs to know the TOML library.
//
//   tl::expected<Node, base::Diagnostics> root = parse_document(bytes, "leavers.toml");
//   if (const Node* id = root->find("id"); id && id->get<std::string>()) …
//
// TOML 1.0. Offset date-times are instants, local dates are texts "YYYY-MM-DD"; local times are refused: nothing here
// is a time of day somewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/base/time.h"
#include "policy/cel/position.h"

namespace tally::rules {

struct Entry;

struct Node {
  using List = std::vector<Node>;
  using Table = std::vector<Entry>;  ///< sorted by key

  std::variant<bool, std::int64_t, double, std::string, base::Instant, List, Table> data;
  cel::Position at;    ///< where the value begins
  cel::Position text;  ///< of a string: where its first character stands

  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&data);
  }
  /// The value of that key of a table; nullptr when there is none or this is no table.
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// What it is, for messages: "a string", "a table".
  [[nodiscard]] std::string_view kind() const;
};

struct Entry {
  std::string key;
  cel::Position at;  ///< of the key
  Node value;
};

/// Where the byte `offset` of a string node's text stands in the file.
cel::Position place_in(const Node& text, std::size_t offset);

/// KNOWN GAP: places inside a string with escapes ("\n", "\u00e9") count the written characters as if there were none.
tl::expected<Node, base::Diagnostics> parse_document(std::string_view text, std::string_view file);

/// The troubles of one file, gathered while it is read on.
class Troubles {
 public:
  explicit Troubles(std::string_view file) : file_(file) {}
  void add(cel::Position at, std::string message, std::string hint = {});
  void add(base::Diagnostics others);
  /// Reports every key of the table that is not one of `known`.
  void unknown_keys(const Node& table, const std::vector<std::string_view>& known);
  [[nodiscard]] bool none() const { return list_.empty(); }
  [[nodiscard]] std::size_t count() const { return list_.size(); }
  [[nodiscard]] const std::string& file() const { return file_; }
  /// In the order of their places.
  [[nodiscard]] base::Diagnostics take();

 private:
  std::string file_;
  base::Diagnostics list_;
};

/// `did you mean "x"?`, or "" when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tally::rules
