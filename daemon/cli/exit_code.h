// Exit codes of the command line: what a script or a scheduler may rely on (README.md, docs/man).
#pragma once

namespace tally::cli {

enum ExitCode : int {
  kNothingFound = 0,       ///< everything was seen, nothing at or above --fail-on
  kFindings = 1,           ///< findings at or above --fail-on; wins over kNotEverythingSeen
  kUsage = 2,              ///< the command line or the configuration is wrong
  kNotEverythingSeen = 3,  ///< nothing found in what could be seen, but not everything could be
  kLogBroken = 4,          ///< the log does not verify
  kDenied = 5,             ///< the operating system or a key file's permissions refused
};

}  // namespace tally::cli
