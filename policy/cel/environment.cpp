#include "policy/cel/environment.h"

#include "policy/base/assert.h"
#include "policy/cel/lexer.h"

namespace tally::cel {

bool Environment::is_valid_name(std::string_view name) {
  while (true) {
    const std::size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    if (!is_identifier(part) || is_reserved_word(part)) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

void Environment::declare(std::string name, Declaration declaration) {
  TALLY_ASSERT(is_valid_name(name) && name != "never");
  const bool fresh = declarations_.emplace(std::move(name), std::move(declaration)).second;
  TALLY_ASSERT(fresh);
}

void Environment::declare_fact(std::string name, Type type) { declare(std::move(name), {type, std::nullopt}); }

void Environment::declare_constant(std::string name, Value value) {
  const Type type = value.type();
  declare(std::move(name), {type, std::move(value)});
}

const Environment::Declaration* Environment::find(std::string_view name) const {
  const auto found = declarations_.find(name);
  return found == declarations_.end() ? nullptr : &found->second;
}

bool Environment::has_prefix(std::string_view prefix) const {
  const std::string start = std::string(prefix) + ".";
  const auto found = declarations_.lower_bound(start);
  return found != declarations_.end() && found->first.compare(0, start.size(), start) == 0;
}

std::vector<std::string_view> Environment::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, declaration] : declarations_) names.emplace_back(name);
  return names;
}

}  // namespace tally::cel
