// Rule and Pack as they are written: a pack is a TOML file of rules, docs/spec/rules.md is its page for people.
//
//   [[rule]]
//   id = "LVR-001"
//   state = "active"
//   about = "account"
//   when = '''account.usable && person.left && person.left_at + params.grace <= now'''
//
// Not yet runnable: rule_set.h puts packs and the configuration's choices together and compiles them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

/// How far a rule has come. A site moves its rules on in the configuration: [rules.LVR-001] state = "shadow".
enum class State : std::uint8_t {
  draft,   ///< written and tried on its examples only; never asked about anybody
  shadow,  ///< asked about everybody; counted and shown apart, never a finding
  active,  ///< its violations are findings
};

std::string_view to_string(State state);

/// A number that a site may set otherwise: `params.<name>` in the rule's expressions.
struct Parameter {
  cel::Value value;   ///< the default; bool, int, string, duration or list<string>
  std::string unit;   ///< of an int: "percent", "records" …; empty for other types, whose values say it themselves
  std::string about;  ///< one sentence for who sets it
};

/// A fact that no connector reads yet. A rule that needs one can be written and tried on examples, not asked.
struct Need {
  cel::Type type;
  std::string about;  ///< what it means, in a sentence
  std::string from;   ///< where a directory or HR has it: "msDS-ReplAttributeMetaData"
  cel::Position at;
};

/// What mends the trouble in one kind of directory, for one tool.
struct Command {
  std::string directory;  ///< the profile: "active-directory", "openldap"
  std::string tool;       ///< "powershell", "samba-tool", "ldapmodify"
  Message text;
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
  std::optional<model::Severity> severity;  ///< of a violation; nothing: not asked
  base::Instant now;
  std::map<std::string, ExampleFact> facts;
  std::map<std::string, cel::Value> parameters;  ///< those that are not at their defaults
  cel::Position at;
};

struct Rule {
  std::string id;     ///< "LVR-001"
  std::string title;  ///< "Leaver's account still works"
  State state = State::active;
  model::SubjectKind about = model::SubjectKind::account;
  model::Severity severity = model::Severity::medium;
  Expression when;  ///< violation when true
  /// Severities above the rule's own raise it where they are true: the highest counts. Those below lower it where they
  /// are true and nothing raises or might raise it.
  std::map<model::Severity, Expression> severity_when;
  std::string protects_from;          ///< what happens to whom the rule is not kept, in a few words
  std::string rationale;              ///< why the rule is as it is, for the report
  Message message;                    ///< Finding::what
  Message fix;                        ///< what to do, in words
  std::vector<Command> commands;      ///< appended to the fix where the directory is of that kind
  std::vector<std::string> evidence;  ///< facts that a finding shows beside those that `when` reads
  std::vector<std::string> controls;  ///< "NIST SP 800-53r5 AC-2(3)"
  std::map<std::string, Parameter> parameters;
  std::map<std::string, Need> needs;  ///< by the name of the fact; only a draft has any
  std::vector<Example> examples;
  std::string always_tells;  ///< why the rule can never answer "cannot tell"; empty: it can, and an example shows it
  std::string canonical;     ///< all of the above but state, places and examples, in one form: what digests are made of
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
