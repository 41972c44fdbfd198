#include "daemon/evidence/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/ledger/disclosure.h"
#include "daemon/ledger/event.h"
#include "policy/base/utf8.h"

namespace tally::evidence {
namespace {

using Json = nlohmann::json;
using base::Result;

/// Members whose texts name somebody, or somebody's account.
constexpr std::array<std::string_view, 11> kNaming = {
    "asked_by", "dn", "employee_id", "key", "label", "login", "name", "person", "person_name", "subject_key", "who"};
/// What the public part of an entry says too: no reader learns it here.
constexpr std::array<std::string_view, 3> kPublic = {"kind", "rule", "severity"};

template <std::size_t n>
bool is_one_of(std::string_view member, const std::array<std::string_view, n>& list) {
  return std::find(list.begin(), list.end(), member) != list.end();
}

std::string_view last_token(std::string_view pointer) { return pointer.substr(pointer.rfind('/') + 1); }

bool is_at_or_below(std::string_view pointer, std::string_view chosen) {
  return pointer.starts_with(chosen) && (pointer.size() == chosen.size() || pointer[chosen.size()] == '/');
}

bool has_member(const Json& value, const std::string& name) {
  if (value.is_object() && value.contains(name)) return true;
  return value.is_structured() &&
         std::any_of(value.begin(), value.end(), [&](const Json& inner) { return has_member(inner, name); });
}

/// By pointer, or by the name of a member on the way to the field or inside of it.
bool is_chosen(const std::string& chosen, const std::string& pointer, const Json& value) {
  if (chosen.starts_with('/')) return is_at_or_below(pointer, chosen);
  for (std::size_t at = pointer.find('/'); at != std::string::npos; at = pointer.find('/', at + 1)) {
    if (std::string_view(pointer).substr(at + 1, pointer.find('/', at + 1) - at - 1) == chosen) return true;
  }
  return has_member(value, chosen);
}

/// Every text inside of a value, with the name of the member that it is.
template <class Take>
void for_each_text(const Json& value, std::string_view member, const Take& take) {
  if (value.is_string()) take(member, value.get_ref<const std::string&>());
  if (value.is_object()) {
    for (const auto& [name, inner] : value.items()) for_each_text(inner, name, take);
  }
  if (value.is_array()) {
    for (const Json& inner : value) for_each_text(inner, member, take);
  }
}

/// "dweiss in Domain Admins" names an account and a group.
std::string account_of_membership(const std::string& label) { return label.substr(0, label.find(" in ")); }

/// Digests of few possible values: whoever guesses right sees it.
void hide_digests(const std::vector<std::string>& fields, std::set<std::string>& hidden) {
  const auto hides_any = [&](const std::string& beginning) {
    const auto found = hidden.lower_bound(beginning);
    return found != hidden.end() && is_at_or_below(*found, beginning);
  };
  for (const std::string& field : fields) {
    const std::string around = field.substr(0, field.rfind('/'));
    const bool guessable =
        (field.ends_with("/fingerprint") && hides_any(around + "/subject")) ||
        (field.ends_with("/content") && (hides_any(around + "/evidence") || hides_any(around + "/path")));
    if (guessable) hidden.insert(field);
  }
}

struct Values {
  Json json;
  std::vector<std::string> fields;
  [[nodiscard]] const Json& at(const std::string& pointer) const { return json.at(Json::json_pointer(pointer)); }
};

/// Nothing when they have no fields: then all of them are hidden.
std::optional<Values> values_of(std::string_view personal) {
  auto fields = ledger::field_names(personal);
  if (!fields) return std::nullopt;
  return Values{Json::parse(personal), std::move(*fields)};
}

Result<std::vector<std::string>> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string name(list.substr(0, comma));
    if (name.empty() || name == "/" || (name[0] != '/' && name.find('/') != std::string::npos)) {
      return base::failure(
          base::ErrorKind::malformed,
          fmt::format("\"{}\" chooses no field: expected is a pointer like /finding/what, or the name of "
                      "a member like person_name, and commas between them",
                      base::displayable(name)));
    }
    names.push_back(name);
    if (comma == std::string_view::npos) return names;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Redaction> Redaction::parse(std::string_view list) {
  auto names = names_in(list);
  if (!names) return tl::unexpected(names.error());
  Redaction redaction;
  redaction.chosen_ = std::move(*names);
  return redaction;
}

Result<Redaction> Redaction::all_but(std::string_view list) {
  auto redaction = parse(list);
  if (redaction) redaction->inverted_ = true;
  return redaction;
}

std::vector<std::string> Redaction::unused() const {
  std::vector<std::string> names;
  std::copy_if(chosen_.begin(), chosen_.end(), std::back_inserter(names),
               [&](const std::string& name) { return used_.count(name) == 0; });
  return names;
}

void Redaction::learn(std::string_view personal) {
  const auto values = values_of(personal);
  if (!values) return;
  for (const std::string& field : values->fields) {
    const Json& value = values->at(field);
    for (const std::string& name : chosen_) {
      if (is_chosen(name, field, value)) used_.insert(name);
    }
  }
  if (inverted_) return;  // what is shown was asked for by name
  for (const std::string& field : hidden(personal)) {
    for_each_text(values->at(field), last_token(field), [&](std::string_view member, const std::string& text) {
      if (!is_one_of(member, kNaming)) return;
      for (const std::string& name : {text, account_of_membership(text)}) {
        if (name.size() >= kShortestName) names_.insert(name);
      }
    });
  }
}

std::set<std::string> Redaction::hidden(std::string_view personal) const {
  if (empty() || personal.empty()) return {};
  const auto values = values_of(personal);
  if (!values) return {""};
  std::set<std::string> out;
  for (const std::string& field : values->fields) {
    const Json& value = values->at(field);
    bool hide = inverted_ != std::any_of(chosen_.begin(), chosen_.end(),
                                         [&](const std::string& name) { return is_chosen(name, field, value); });
    for_each_text(value, "", [&](std::string_view, const std::string& text) { hide = hide || finder_.finds(text); });
    if (hide) out.insert(field);
  }
  if (!inverted_) hide_digests(values->fields, out);
  return out;
}

std::string Redaction::substitute(const std::string& text) {
  const auto [found, is_new] = substitutes_.try_emplace(text);
  if (is_new) found->second = fmt::format("(redacted {})", substitutes_.size());
  return found->second;
}

std::string Redaction::mask(std::string_view leaf, std::string_view personal) {
  if (personal.empty()) return {};
  const std::set<std::string> fields = hidden(personal);
  if (fields.count("") != 0) return {};
  Json json = Json::parse(personal);
  const auto cover = [&](const auto& self, Json& value, std::string_view member) -> void {
    if (value.is_object()) {
      for (const auto& [name, inner] : value.items()) {
        // A moment of reading is that of the source, which is public.
        if (name != "read_at") self(self, inner, name);
      }
    } else if (value.is_array()) {
      for (Json& inner : value) self(self, inner, member);
    } else if (value.is_string() ? !value.get_ref<const std::string&>().empty() : true) {
      if (!is_one_of(member, kPublic)) value = substitute(value.is_string() ? value.get<std::string>() : value.dump());
    }
  };
  for (const std::string& field : fields) cover(cover, json[Json::json_pointer(field)], last_token(field));
  std::string masked = json.dump();
  return ledger::decode(leaf, masked) ? masked : std::string();
}

}  // namespace tally::evidence
