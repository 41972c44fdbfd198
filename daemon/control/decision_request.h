// What can be said about a decision: the words of `tallystick finding | exempt | account | feed …`, as words of the
// protocol and as values.
//
//   auto asked = parse_decision_request({{"verb", "exempt approve"}, {"number", "4711"}});
//   request.command = to_string(asked->action); request.arguments = words_of(*asked);
#pragma once

#include <map>
#include <string>
#include <variant>

#include "daemon/control/authority.h"
#include "policy/base/result.h"
#include "policy/decisions/command.h"
#include "policy/model/decisions.h"

namespace tally::control {

struct DecisionRequest {
  /// A command, or which of the lists is asked for.
  std::variant<decisions::Command, model::DecisionKind> what = model::DecisionKind::exemption;
  bool json = false;
};

/// What has to be allowed for it.
Action action_of(const DecisionRequest& request);

/// From "verb" ("exempt request", "account never-same" …), "format" ("text", "json"), and by the verb: "finding",
/// "reason", "rule", "subject", "until" (a day, its end included, in UTC; or a date-time), "number", "account",
/// "employee_id", "source", "run", "role", "manifest" (its SHA-256), "signature" (base64 of the SSHSIG blob), "basis",
/// "ticket", "dry_run" ("yes"). Kind `malformed` names the one at fault.
base::Result<DecisionRequest> parse_decision_request(const std::map<std::string, std::string>& words);
std::map<std::string, std::string> words_of(const DecisionRequest& request);

}  // namespace tally::control
