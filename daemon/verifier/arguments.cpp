#include "daemon/verifier/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/base/utf8.h"

namespace tally::verifier {

std::optional<std::string> Arguments::parse(const std::vector<std::string>& words) {
  help_ = std::any_of(words.begin(), words.end(), [](const auto& word) { return word == "--help" || word == "-h"; });
  if (help_) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      if (!values_.emplace(word_.name, word).second) return "one word too many: " + base::displayable(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto known = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
    if (known == options_.end()) return "unrecognised option '" + base::displayable(word) + "'";
    const bool flag = known->value.empty(), inside = equals != std::string::npos;
    if (flag && inside) return fmt::format("--{} takes no value", name);
    if (!flag && !inside && i + 1 == words.size()) return fmt::format("--{} needs a value", name);
    const std::string value = flag ? std::string() : inside ? word.substr(equals + 1) : words[++i];
    if (!values_.emplace(name, value).second) return fmt::format("--{} is given twice", name);
  }
  if (!has(word_.name)) return fmt::format("{} is missing: {}", word_.name, word_.meaning);
  return std::nullopt;
}

std::string Arguments::get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

std::string Arguments::help() const {
  std::string out = fmt::format("  {:<24}{}\n", word_.name, word_.meaning);
  for (const Option& option : options_) {
    out += fmt::format("  {:<24}{}\n", fmt::format("--{} {}", option.name, option.value), option.meaning);
  }
  return out;
}

}  // namespace tally::verifier
