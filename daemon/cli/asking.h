// Asking the service: a command's words go to tallystickd over its socket, and what it answers is shown as if the
// command had done it here.
//
//   if (const auto code = ask_service({"audit", words, options.get("config"), quiet, kAuditPatience}, io)) return
//   *code; …nobody listens there: do it here
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "daemon/cli/command.h"

namespace tally::cli {

struct Asking {
  std::string command;
  std::map<std::string, std::string> arguments;
  std::string config;  ///< --config as given: names the socket, and has to be the service's own
  bool quiet = false;
  std::chrono::milliseconds patience;  ///< between two answers; then the service counts as hanging
};

/// The stages of an audit have deadlines of an hour.
inline constexpr std::chrono::hours kAuditPatience{2};
/// What needs no directory is answered at once.
inline constexpr std::chrono::seconds kAnswerPatience{30};

/// The exit code; nothing when no service listens. Says on standard error which of the two it is, unless quiet.
std::optional<int> ask_service(const Asking& asking, Streams& io);

}  // namespace tally::cli
