// Rule and Pack as they are written: a pack is a TOML file of rules, docs/spec/rules.md is its page for people.
//
//   [[rule]]
//   id = "LVR-001"
//   about = "account"
//   when = '''account.usable && person.left && person.left_at + params.grace <= now'''
//
// Not yet runnable: rule_set.h puts packs and the configuration's choices together and compiles them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/base/time.h"
#include "policy/cel/position.h"
#include "policy/cel/value.h"
#include "policy/model/entitlement.h"
#include "policy/model/finding.h"
#include "policy/model/verdict.h"
#include "policy/rules/message.h"

namespace tally::rules {

/// A piece of CEL and where its first character stands in the file.
struct Expression {
  std::string text;
  cel::Position at;
};

/// A number that a site may set otherwise: `params.<name>` in the rule's expressions.
struct Parameter {
  cel::Value value;   ///< the default; bool, int, string, duration or list<string>
  std::string about;  ///< one sentence for who sets it
};

/// One fact of an example: a value, "never", two bounds, or unknown with a reason.
struct ExampleFact {
  cel::Value value;
  std::optional<std::string> unknown;
};

/// A small set of facts and the answer that the rule must give. Facts that are not named are unknown.
struct Example {
  std::string name;
  model::Outcome expect = model::Outcome::clear;
  base::Instant now;
  std::map<std::string, ExampleFact> facts;
  cel::Position at;
};

struct Rule {
  std::string id;     ///< "LVR-001"
  std::string title;  ///< "Leaver's account still works"
  model::SubjectKind about = model::SubjectKind::account;
  model::Severity severity = model::Severity::medium;
  Expression when;                                      ///< violation when true
  std::map<model::Severity, Expression> severity_when;  ///< the highest that is true counts; unknown does not raise
  std::string rationale;                                ///< why the rule exists, for the report
  Message message;                                      ///< Finding::what
  Message fix;                                          ///< what to do, in words
  std::map<std::string, Message> commands;  ///< by profile ("active-directory", "openldap"): appended to the fix
  std::vector<std::string> controls;        ///< "NIST SP 800-53r5 AC-2(3)"
  std::map<std::string, Parameter> parameters;
  std::vector<Example> examples;
  std::string canonical;  ///< all of the above but places and examples, in one form: what digests are made of
  cel::Position at;
};

struct Pack {
  std::string file;  ///< as given to load_pack
  std::string id, version, title;
  std::vector<Rule> rules;
  std::vector<model::PrivilegedTarget> privileged_groups;
  std::vector<model::EntitlementClass> entitlements;
};

}  // namespace tally::rules
