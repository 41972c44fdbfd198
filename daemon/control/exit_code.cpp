#include "daemon/control/exit_code.h"

namespace tally::control {

int exit_code(model::OffboardingAnswer answer) {
  if (answer == model::OffboardingAnswer::clear) return kNothingFound;
  return answer == model::OffboardingAnswer::action_needed ? kFindings : kNotEverythingSeen;
}

int exit_code(const model::RunReport& report, model::Severity fail_on) {
  for (auto severity = static_cast<int>(fail_on); severity <= static_cast<int>(model::Severity::critical); ++severity) {
    if (report.summary.open[severity] > 0) return kFindings;
  }
  return report.summary.complete ? kNothingFound : kNotEverythingSeen;
}

int exit_code(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::corrupt:
    case base::ErrorKind::untrusted: return kLogBroken;
    case base::ErrorKind::denied: return kDenied;
    case base::ErrorKind::malformed:
    case base::ErrorKind::not_found:
    case base::ErrorKind::conflict: return kUsage;
    default: return kNotEverythingSeen;
  }
}

}  // namespace tally::control
