// The fact catalogue: every name that a rule may use, with its type and meaning. One table; docs/spec/rules.md shows
// it.
//
//   const FactInfo* info = find_fact("account.last_sign_in");        // timestamp
//   cel::Environment names = environment_for(SubjectKind::account, {{"grace", cel::Value::span(days{1})}});
//
// A rule about an account may read account.*, the person.* that the account belongs to and the source.* it was read
// from; a rule about a person person.* and source.*; a rule about a source source.* alone. Where the values come from
// is policy/evaluation/fact_table.h.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/environment.h"
#include "policy/cel/type.h"
#include "policy/model/finding.h"

namespace tally::rules {

struct FactInfo {
  std::string_view name;  ///< "account.last_sign_in"
  cel::Type type;
  std::string_view meaning;  ///< one sentence, and when it is unknown
};

/// All facts, in the order of the page. "now" is the first: the as-of time of the verdict.
std::span<const FactInfo> catalogue();
/// nullptr when there is no such fact.
const FactInfo* find_fact(std::string_view name);
/// May a rule about `about` read this fact?
bool usable_in(const FactInfo& fact, model::SubjectKind about);
/// The names that a rule about `about` may read, in the order of the catalogue.
std::vector<std::string_view> facts_for(model::SubjectKind about);

/// The names of one rule for the compiler: its facts, `params.<name>` for each parameter, and `never`.
cel::Environment environment_for(model::SubjectKind about, const std::map<std::string, cel::Value>& parameters);

}  // namespace tally::rules
