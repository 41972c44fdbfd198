#include "policy/rules/document.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>

#include "policy/base/utf8.h"

namespace tally::rules {
namespace {

cel::Position position_of(const toml::source_region& region) {
  return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

/// Reads values out of the library's tree; keeps the text to find where a string's content begins.
class Copier {
 public:
  Copier(std::string_view text, Troubles& troubles) : text_(text), troubles_(troubles) {}

  Node copy(const toml::node& from) {
    Node node;
    node.at = position_of(from.source());
    if (const auto* table = from.as_table()) {
      node.data = copy_table(*table);
    } else if (const auto* array = from.as_array()) {
      Node::List list;
      for (const toml::node& element : *array) list.push_back(copy(element));
      node.data = std::move(list);
    } else {
      copy_scalar(from, node);
    }
    return node;
  }

 private:
  Node::Table copy_table(const toml::table& table) {
    Node::Table entries;
    for (const auto& [key, value] : table) {
      entries.push_back({std::string(key.str()), position_of(key.source()), copy(value)});
    }
    return entries;
  }

  void copy_scalar(const toml::node& from, Node& node) {
    if (const auto* text = from.as_string()) {
      node.data = text->get();
      node.text = content_of_string(node.at);
    } else if (const auto* integer = from.as_integer()) {
      node.data = integer->get();
    } else if (const auto* boolean = from.as_boolean()) {
      node.data = boolean->get();
    } else if (const auto* real = from.as_floating_point()) {
      node.data = real->get();
    } else if (const auto* day = from.as_date()) {
      node.data = fmt::format("{:04}-{:02}-{:02}", day->get().year, day->get().month, day->get().day);
    } else if (const auto* moment = from.as_date_time(); moment != nullptr && moment->get().offset) {
      node.data = instant(moment->get());
    } else {
      troubles_.add(node.at, "a time without its distance from UTC is not used here",
                    "write a date-time with \"Z\" or an offset, such as 2026-03-31T22:00:00Z");
    }
  }

  static base::Instant instant(const toml::date_time& moment) {
    const date::year_month_day day{date::year{moment.date.year}, date::month{moment.date.month},
                                   date::day{moment.date.day}};
    const auto of_day = std::chrono::hours{moment.time.hour} + std::chrono::minutes{moment.time.minute} +
                        std::chrono::seconds{moment.time.second};
    return base::Instant{date::sys_days{day}.time_since_epoch()} + of_day +
           std::chrono::microseconds{moment.time.nanosecond / 1000} - std::chrono::minutes{moment.offset->minutes};
  }

  [[nodiscard]] std::string_view rest_from(cel::Position at) const {
    std::string_view rest = text_;
    for (int line = 1; line < at.line; ++line) rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    for (int column = 1; column < at.column && !rest.empty(); ++column) {
      rest.remove_prefix(std::max<std::size_t>(1, base::utf8_sequence(rest)));
    }
    return rest;
  }

  /// TOML 1.0, "String": one quote, or three and a line end that does not count.
  [[nodiscard]] cel::Position content_of_string(cel::Position at) const {
    const std::string_view rest = rest_from(at);
    if (!rest.starts_with("'''") && !rest.starts_with("\"\"\"")) return {at.line, at.column + 1};
    const bool own_line = rest.substr(3).starts_with('\n') || rest.substr(3).starts_with("\r\n");
    return own_line ? cel::Position{at.line + 1, 1} : cel::Position{at.line, at.column + 3};
  }

  std::string_view text_;
  Troubles& troubles_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  const Table* table = get<Table>();
  if (table == nullptr) return nullptr;
  for (const Entry& entry : *table) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string_view Node::kind() const {
  static constexpr std::array<std::string_view, 7> kKinds{"true or false", "a whole number", "a number", "a string",
                                                          "a date-time",   "a list",         "a table"};
  return kKinds[data.index()];
}

tl::expected<Node, base::Diagnostics> parse_document(std::string_view text, std::string_view file) {
  Troubles troubles(file);
  try {
    const toml::table table = toml::parse(text, file);
    Node root = Copier(text, troubles).copy(table);
    if (troubles.none()) return root;
  } catch (const toml::parse_error& error) {
    troubles.add(position_of(error.source()), std::string(error.description()));
  }
  return tl::unexpected(troubles.take());
}

cel::Position place_in(const Node& text, std::size_t offset) {
  const auto* value = text.get<std::string>();
  if (value == nullptr) return text.at;
  cel::Position place = text.text;
  for (const char c : std::string_view(*value).substr(0, offset)) {
    if (c == '\n') {
      place = {place.line + 1, 1};
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) {  // not a further byte of a UTF-8 sequence
      ++place.column;
    }
  }
  return place;
}

base::Diagnostics Troubles::take() {
  std::stable_sort(list_.begin(), list_.end(), [](const base::Diagnostic& a, const base::Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return std::move(list_);
}

void Troubles::add(cel::Position at, std::string message, std::string hint) {
  list_.push_back({file_, at.line, at.column, std::move(message), std::move(hint)});
}

void Troubles::add(base::Diagnostics others) {
  for (base::Diagnostic& other : others) list_.push_back(std::move(other));
}

void Troubles::unknown_keys(const Node& table, const std::vector<std::string_view>& known) {
  const auto* entries = table.get<Node::Table>();
  if (entries == nullptr) return;
  for (const Entry& entry : *entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    add(entry.at, fmt::format("unknown key \"{}\"", entry.key), suggestion(entry.key, known));
  }
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = base::nearest_word(word, candidates);
  return near.empty() ? std::string() : fmt::format("did you mean \"{}\"?", near);
}

}  // namespace tally::rules
