// What can be said about an audit that is asked for: the options of `tallystick audit`, as words and as values.
//
//   auto asked = parse_audit_request({{"fail_on", "high"}});
//   request.arguments = words_of(*asked);
#pragma once

#include <map>
#include <optional>
#include <string>

#include "policy/base/result.h"
#include "policy/base/time.h"
#include "policy/model/finding.h"

namespace tally::control {

struct AuditRequest {
  model::Severity fail_on = model::Severity::low;  ///< exit with kFindings from this severity on
  std::optional<base::Instant> as_of;              ///< judge as of this moment
};

/// From "fail_on" and "as_of", either of which may be missing. Kind `malformed` names the one at fault.
base::Result<AuditRequest> parse_audit_request(const std::map<std::string, std::string>& words);
std::map<std::string, std::string> words_of(const AuditRequest& request);

}  // namespace tally::control
