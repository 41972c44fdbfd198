// Field: one row of a table of settings. For section_*.cpp, which list them, and section.h, which reads by them.
//
//   {"page_size", form::whole_number(&LdapOptions::page_size), "1000", "Entries a page; 0 asks without paging."}
#pragma once

#include <toml++/toml.h>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/diagnostic.h"

namespace tally::config {

/// Where a value stands and what reading it may need.
struct Context {
  const std::string* file = nullptr;  ///< of the configuration
  std::string folder;                 ///< relative paths count from here
  base::Diagnostics* troubles = nullptr;
  bool read_passwords = true;

  /// Reports at the place of a node, or of a key (`key.source()`).
  void trouble(const toml::node& node, std::string message, std::string hint = {}) const;
  void trouble(const toml::source_region& place, std::string message, std::string hint = {}) const;
};

/// How one value is written and where it goes. `read` reports its own troubles.
template <class Target>
struct Form {
  std::string words;  ///< "text", "whole number", "one of starttls, ldaps"
  std::function<void(Target&, const toml::node&, const Context&)> read;
};

template <class Target>
struct Field {
  std::string_view key;
  Form<Target> form;
  std::string_view otherwise;  ///< the default as a person would write it; "required" when there is none
  std::string_view meaning;    ///< one sentence or two
};

/// The page's row of a setting.
struct Described {
  std::string_view key;
  std::string words;
  std::string_view otherwise, meaning;
};

template <class Target>
using Fields = std::vector<Field<Target>>;

/// Reads a TOML table by its fields: unknown keys are troubles with a suggestion, missing required ones too.
/// `what` names the section in messages: "[[directory]]".
template <class Target>
void read_section(const toml::table& table, const Fields<Target>& fields, std::string_view what, Target& target,
                  const Context& context) {
  std::vector<std::string_view> known;
  for (const Field<Target>& field : fields) known.push_back(field.key);
  for (const auto& [key, node] : table) {
    const Field<Target>* found = nullptr;
    for (const Field<Target>& field : fields) found = field.key == key.str() ? &field : found;
    if (found != nullptr) {
      const auto* written = node.as_string();
      if (found->otherwise == "required" && written != nullptr && written->get().empty()) {
        context.trouble(node, "\"" + std::string(key.str()) + "\" is empty", std::string(found->meaning));
      }
      found->form.read(target, node, context);
      continue;
    }
    const std::string_view near = base::nearest_word(key.str(), known);
    context.trouble(key.source(), "unknown setting \"" + std::string(key.str()) + "\" in " + std::string(what),
                    near.empty() ? std::string() : "did you mean \"" + std::string(near) + "\"?");
  }
  for (const Field<Target>& field : fields) {
    if (field.otherwise == "required" && !table.contains(field.key)) {
      context.trouble(table, std::string(what) + " lacks the setting \"" + std::string(field.key) + "\"",
                      std::string(field.meaning));
    }
  }
}

template <class Target>
std::vector<Described> describe(const Fields<Target>& fields) {
  std::vector<Described> rows;
  for (const Field<Target>& field : fields)
    rows.push_back({field.key, field.form.words, field.otherwise, field.meaning});
  return rows;
}

}  // namespace tally::config
