// explain(): one rule and one subject, with every fact that the rule reads.
//
//   if (auto e = explain(inputs, "LVR-001", "account/corp-ad/6d5c…")) print(e->outcome, e->facts, e->reasons);
//
// For a person at a terminal: unlike a verdict's CannotTell, the reasons here are exact and may hold personal data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

struct Explanation {
  model::Subject subject;
  std::string rule, title, protects_from;
  std::string when;                                             ///< the expression as it is written
  std::vector<std::pair<std::string, std::string>> parameters;  ///< name and value in force, sorted by name
  model::Outcome outcome = model::Outcome::cannot_tell;
  std::vector<std::string> reasons;    ///< why it cannot be told, exactly; else empty
  std::vector<model::Evidence> facts;  ///< all that the rule reads, unknown ones included
  std::vector<std::string> path;       ///< to the privileged group, for rules about privilege
  std::string what;                    ///< the finding's sentence when it is a violation, exempt or not
};

/// Nothing when the rule is not in force, or no subject of the rule's kind has this key in the snapshot.
std::optional<Explanation> explain(const Inputs& inputs, std::string_view rule, std::string_view subject_key);

}  // namespace tally::evaluation
