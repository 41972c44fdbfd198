#include "daemon/control/audit_request.h"

#include <fmt/format.h>

namespace tally::control {
namespace {

std::optional<model::Severity> severity_of(std::string_view word) {
  for (const auto severity :
       {model::Severity::low, model::Severity::medium, model::Severity::high, model::Severity::critical}) {
    if (to_string(severity) == word) return severity;
  }
  return std::nullopt;
}

}  // namespace

base::Result<AuditRequest> parse_audit_request(const std::map<std::string, std::string>& words) {
  AuditRequest request;
  for (const auto& [name, value] : words) {
    if (name == "fail_on") {
      const auto severity = severity_of(value);
      if (!severity) {
        return base::failure(base::ErrorKind::malformed,
                             fmt::format("--fail-on {}: one of low, medium, high, critical is expected", value));
      }
      request.fail_on = *severity;
    } else if (name == "as_of") {
      request.as_of = base::parse_instant(value);
      if (!request.as_of) {
        return base::failure(base::ErrorKind::malformed,
                             fmt::format("--as-of {}: a time such as 2026-01-31T00:00:00Z is expected", value));
      }
    } else {
      return base::failure(base::ErrorKind::malformed, fmt::format("an audit has no option \"{}\"", name));
    }
  }
  return request;
}

std::map<std::string, std::string> words_of(const AuditRequest& request) {
  std::map<std::string, std::string> words = {{"fail_on", std::string(to_string(request.fail_on))}};
  if (request.as_of) words["as_of"] = base::format_instant(*request.as_of);
  return words;
}

}  // namespace tally::control
