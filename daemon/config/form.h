// Forms: the ways in which a setting's value is written. Each checks its value and puts it into a member.
#pragma once

#include <map>
#include <utility>

#include "daemon/config/field.h"
#include "policy/base/time.h"

namespace tally::config::form {

/// A value of the wrong TOML type: "expected text, found a whole number".
void wrong_type(const toml::node& node, const Context& context, std::string_view expected);
/// An absolute path from one that counts from the configuration's folder; "" stays "".
std::string absolute(std::string_view path, const Context& context);
/// "90 s", "15m", "2h", "45d"; nothing when it is none.
std::optional<std::chrono::milliseconds> parse_span(std::string_view text);

template <class Target, class Member>
Form<Target> text(Member Target::*member) {
  return {"text", [member](Target& target, const toml::node& node, const Context& context) {
            if (const auto* value = node.as_string()) {
              target.*member = value->get();
            } else {
              wrong_type(node, context, "text");
            }
          }};
}

template <class Target>
Form<Target> path(std::string Target::*member) {
  return {"path", [member](Target& target, const toml::node& node, const Context& context) {
            if (const auto* value = node.as_string()) {
              target.*member = absolute(value->get(), context);
            } else {
              wrong_type(node, context, "a path as text");
            }
          }};
}

template <class Target>
Form<Target> flag(bool Target::*member) {
  return {"true or false", [member](Target& target, const toml::node& node, const Context& context) {
            if (const auto* value = node.as_boolean()) {
              target.*member = value->get();
            } else {
              wrong_type(node, context, "true or false");
            }
          }};
}

/// A whole number between the bounds, both allowed.
template <class Target, class Number>
Form<Target> whole_number(Number Target::*member, std::int64_t least, std::int64_t most) {
  return {"whole number", [=](Target& target, const toml::node& node, const Context& context) {
            const auto* value = node.as_integer();
            if (value == nullptr) return wrong_type(node, context, "a whole number");
            if (value->get() < least || value->get() > most) {
              return context.trouble(node, std::to_string(value->get()) + " is out of range",
                                     "between " + std::to_string(least) + " and " + std::to_string(most));
            }
            if constexpr (requires { typename Number::value_type; }) {
              target.*member = static_cast<typename Number::value_type>(value->get());
            } else {
              target.*member = static_cast<Number>(value->get());
            }
          }};
}

/// A number from 0 to 1.
template <class Target>
Form<Target> share(double Target::*member) {
  return {"number from 0 to 1", [member](Target& target, const toml::node& node, const Context& context) {
            const auto value = node.value<double>();
            if (!value) return wrong_type(node, context, "a number from 0 to 1");
            if (!(*value >= 0 && *value <= 1)) return context.trouble(node, "out of range", "a number from 0 to 1");
            target.*member = *value;
          }};
}

template <class Target, class Enum>
Form<Target> one_of(Enum Target::*member, std::vector<std::pair<std::string_view, Enum>> words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + std::string(word.first);
  return {"one of " + list, [=](Target& target, const toml::node& node, const Context& context) {
            const auto* value = node.as_string();
            if (value == nullptr) return wrong_type(node, context, "one of " + list);
            for (const auto& [word, meaning] : words) {
              if (word == value->get()) {
                target.*member = meaning;
                return;
              }
            }
            context.trouble(node, "\"" + value->get() + "\" is not a choice here", "one of " + list);
          }};
}

template <class Target>
Form<Target> span(std::chrono::milliseconds Target::*member) {
  return {"length of time (30s, 5m, 2h)", [member](Target& target, const toml::node& node, const Context& context) {
            const auto* value = node.as_string();
            if (value == nullptr) return wrong_type(node, context, "a length of time such as \"30s\"");
            const auto parsed = parse_span(value->get());
            if (!parsed || parsed->count() <= 0) {
              return context.trouble(node, "\"" + value->get() + "\" is no length of time",
                                     "such as \"30s\", \"5m\", \"2h\" or \"45d\"");
            }
            target.*member = *parsed;
          }};
}

/// A date-time of TOML (with offset) or of RFC 3339 as text.
template <class Target>
Form<Target> instant(std::optional<base::Instant> Target::*member) {
  return {"time (2026-01-31T00:00:00Z)", [member](Target& target, const toml::node& node, const Context& context) {
            std::string written = node.is_string() ? node.as_string()->get() : std::string();
            if (const auto* value = node.as_date_time()) {
              std::ostringstream out;
              out << value->get();
              written = out.str();
            }
            target.*member = base::parse_instant(written);
            if (!(target.*member)) context.trouble(node, "no time with an offset", "such as 2026-01-31T00:00:00Z");
          }};
}

template <class Target>
Form<Target> texts(std::vector<std::string> Target::*member) {
  return {"list of texts", [member](Target& target, const toml::node& node, const Context& context) {
            const auto* list = node.as_array();
            if (list == nullptr) return wrong_type(node, context, "a list of texts");
            (target.*member).clear();
            for (const toml::node& item : *list) {
              if (const auto* value = item.as_string()) {
                (target.*member).push_back(value->get());
              } else {
                wrong_type(item, context, "text");
              }
            }
          }};
}

/// A list of texts, each of which `trouble_of` finds nothing wrong with ("" is nothing).
template <class Target>
Form<Target> checked_texts(std::vector<std::string> Target::*member, std::string (*trouble_of)(std::string_view),
                           std::string_view hint) {
  return {"list of texts", [=](Target& target, const toml::node& node, const Context& context) {
            texts(member).read(target, node, context);
            const auto* list = node.as_array();
            for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
              const auto* value = (*list)[i].as_string();
              const std::string trouble = value == nullptr ? std::string() : trouble_of(value->get());
              if (!trouble.empty()) context.trouble(*value, trouble, std::string(hint));
            }
          }};
}

/// The same for one text.
template <class Target>
Form<Target> checked_text(std::string Target::*member, std::string (*trouble_of)(std::string_view),
                          std::string_view hint) {
  return {"text", [=](Target& target, const toml::node& node, const Context& context) {
            text(member).read(target, node, context);
            const auto* value = node.as_string();
            const std::string trouble = value == nullptr ? std::string() : trouble_of(value->get());
            if (!trouble.empty()) context.trouble(node, trouble, std::string(hint));
          }};
}

/// A table of free keys with one kind of value.
template <class Target, class Value>
Form<Target> table_of(std::map<std::string, Value> Target::*member, std::string words,
                      std::function<std::optional<Value>(const toml::node&, const Context&)> value_of) {
  return {std::move(words), [=](Target& target, const toml::node& node, const Context& context) {
            const auto* table = node.as_table();
            if (table == nullptr) return wrong_type(node, context, "a table");
            (target.*member).clear();
            for (const auto& [key, value] : *table) {
              if (const auto parsed = value_of(value, context)) (target.*member)[std::string(key.str())] = *parsed;
            }
          }};
}

/// A list of tables, each read by the fields given.
template <class Target, class Item>
Form<Target> sections(std::vector<Item> Target::*member, const Fields<Item>& fields, std::string what) {
  return {"list of " + what, [member, &fields, what](Target& target, const toml::node& node, const Context& context) {
            const auto* list = node.as_array();
            if (list == nullptr || !list->is_array_of_tables()) return wrong_type(node, context, what + " tables");
            (target.*member).clear();
            for (const toml::node& item : *list) {
              read_section(*item.as_table(), fields, what, (target.*member).emplace_back(), context);
            }
          }};
}

/// A table that belongs to a member of its own.
template <class Target, class Item>
Form<Target> section(Item Target::*member, const Fields<Item>& fields, std::string what) {
  return {"table " + what, [member, &fields, what](Target& target, const toml::node& node, const Context& context) {
            const auto* table = node.as_table();
            if (table == nullptr) return wrong_type(node, context, "a table");
            read_section(*table, fields, what, target.*member, context);
          }};
}

/// The form of a member's member: `in(&LdapOptions::profile, text(&ProfileOptions::name))`.
template <class Target, class Inner>
Form<Target> in(Inner Target::*member, Form<Inner> inner) {
  return {inner.words, [member, inner](Target& target, const toml::node& node, const Context& context) {
            inner.read(target.*member, node, context);
          }};
}

}  // namespace tally::config::form
