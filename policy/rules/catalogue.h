// The fact catalogue: every name that a rule may use, with its type, its meaning, where it comes from and what makes it
// imprecise or unknown. docs/facts.md is made of it (facts_page.h).
//
//   const FactInfo* info = find_fact("account.last_sign_in");        // timestamp
//   cel::Environment names = environment_for(SubjectKind::account, {{"grace", cel::Value::span(days{1})}});
//
// A rule about an account may read account.*, the person.* that the account belongs to and the source.* it was read
// from; one about a membership the same of its account, and group.* of its group; one about a group group.* and
// source.*; one about a person person.* and source.*; one about a source source.* alone; one about the run run.* alone.
//
// To add a fact: a row in catalogue_<table>.cpp, and a row with the column's function in the table of
// policy/evaluation/<table>_facts.cpp. A test says when one of them is missing.
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

/// What a source calls it. Empty: it has no such thing. "(computed)": worked out here from what several attributes say.
struct FactOrigin {
  std::string_view active_directory = {};
  std::string_view openldap = {};
  std::string_view hr = {};  ///< key of [hr.columns]
  /// 389 Directory Server and FreeIPA, where they call it otherwise than OpenLDAP.
  std::string_view ds389 = {};

  /// In a directory of that kind: "active-directory", "openldap", "389ds", "generic", or a connector that ends so.
  [[nodiscard]] std::string_view in(std::string_view profile) const {
    if (profile.ends_with("active-directory")) return active_directory;
    return profile.ends_with("389ds") && !ds389.empty() ? ds389 : openldap;
  }
};

struct FactInfo {
  std::string_view name;  ///< "account.last_sign_in"
  cel::Type type;
  std::string_view meaning;  ///< one sentence
  FactOrigin from = {};
  std::string_view doubt = {};  ///< what makes it imprecise or unknown, beside a source that is not believed
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
