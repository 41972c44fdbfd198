#include "connectors/directory/schema.h"

#include <algorithm>

namespace tally::directory {

std::vector<std::string_view> names_of_type(std::string_view definition) {
  std::vector<std::string_view> out;
  constexpr std::string_view kName = " NAME ";
  std::size_t at = definition.find(kName);
  if (at == std::string_view::npos) return out;
  const std::size_t first = definition.find_first_not_of(' ', at + kName.size());
  const bool several = first != std::string_view::npos && definition[first] == '(';
  const std::size_t end = several ? definition.find(')', first) : definition.size();
  while ((at = definition.find('\'', at)) < end) {
    const std::size_t closing = definition.find('\'', at + 1);
    if (closing == std::string_view::npos) break;
    out.push_back(definition.substr(at + 1, closing - at - 1));
    if (!several) break;
    at = closing + 1;
  }
  return out;
}

std::vector<std::string> read_attribute_names(Session& session, const Patience& patience) {
  std::string subschema;
  read_entry(session, "", {"subschemaSubentry"}, patience,
             [&](const Entry& entry) { subschema = entry.first("subschemaSubentry").value_or(""); });
  std::vector<std::string> out;
  if (subschema.empty()) return out;
  read_entry(session, subschema, {"attributeTypes"}, patience, [&](const Entry& entry) {
    for (const std::string_view type : entry.values("attributeTypes")) {
      for (const std::string_view name : names_of_type(type)) out.emplace_back(name);
    }
  });
  return out;
}

bool knows(const std::vector<std::string>& names, std::string_view attribute) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return equal_ignoring_case(name, attribute); });
}

}  // namespace tally::directory
