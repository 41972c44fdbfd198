#include "policy/rules/catalogue.h"

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/rules/catalogue_tables.h"

namespace tally::rules {

using model::SubjectKind;

std::span<const FactInfo> catalogue() {
  static const std::vector<FactInfo> kAll = [] {
    std::vector<FactInfo> all{{"now", kTime, "The moment the verdict is about."}};
    for (const auto part : {account_facts(), account_power_facts(), person_facts(), group_facts(), membership_facts(),
                            source_facts(), run_facts()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return kAll;
}

const FactInfo* find_fact(std::string_view name) {
  const auto all = catalogue();
  const auto found = std::find_if(all.begin(), all.end(), [&](const FactInfo& f) { return f.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool usable_in(const FactInfo& fact, SubjectKind about) {
  if (fact.name == "now") return true;
  const auto table = model::subject_kind_of(fact.name.substr(0, fact.name.find('.')));
  TALLY_ASSERT(table.has_value());
  if (*table == about) return true;
  switch (about) {
    case SubjectKind::account: return *table == SubjectKind::person || *table == SubjectKind::source;
    case SubjectKind::person:
    case SubjectKind::group: return *table == SubjectKind::source;
    case SubjectKind::membership: return *table != SubjectKind::run;
    case SubjectKind::source:
    case SubjectKind::run: break;
  }
  return false;
}

std::vector<std::string_view> facts_for(SubjectKind about) {
  std::vector<std::string_view> names;
  for (const FactInfo& fact : catalogue()) {
    if (usable_in(fact, about)) names.push_back(fact.name);
  }
  return names;
}

cel::Environment environment_for(SubjectKind about, const std::map<std::string, cel::Value>& parameters) {
  cel::Environment names;
  for (const FactInfo& fact : catalogue()) {
    if (usable_in(fact, about)) names.declare_fact(std::string(fact.name), fact.type);
  }
  for (const auto& [name, value] : parameters) names.declare_constant("params." + name, value);
  return names;
}

}  // namespace tally::rules
