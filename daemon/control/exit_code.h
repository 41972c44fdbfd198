// Exit codes: what a script or a scheduler may rely on (README.md, docs/man), the same whether a command did its work
// itself or the service did it and sent the code.
//
//   return control::exit_code(report, model::Severity::low);
#pragma once

#include "policy/base/result.h"
#include "policy/model/offboarding.h"
#include "policy/model/run_report.h"

namespace tally::control {

enum ExitCode : int {
  kNothingFound = 0,       ///< everything was seen, nothing at or above --fail-on
  kFindings = 1,           ///< findings at or above --fail-on; wins over kNotEverythingSeen
  kUsage = 2,              ///< the command line or the configuration is wrong
  kNotEverythingSeen = 3,  ///< nothing found in what could be seen, but not everything could be
  kLogBroken = 4,          ///< the log does not verify
  kDenied = 5,             ///< the operating system, a key file's permissions or the service refused
  kStale = 6,              ///< the log verifies, but no witness time is new enough: it may have been cut back
};

/// Of an offboarding check. Whoever waits is not out: a script must not take "waiting" for "clear".
int exit_code(model::OffboardingAnswer answer);
/// Of an audit that ended well.
int exit_code(const model::RunReport& report, model::Severity fail_on);
/// Of a command that failed.
int exit_code(base::ErrorKind kind);

}  // namespace tally::control
