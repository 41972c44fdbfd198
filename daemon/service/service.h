// Service: tallystickd. Audits when the schedule says so, answers on the control socket, takes up new configurations,
// and stops without losing anything.
//
//   return run_service({.config = "/etc/tallystick/tallystick.toml"}, log);
//
// Threads: the main one waits for signals, timers, clients and the others; an audit has one of its own (auditor.h), and
// so has each client (clients.h). They share four things, each made for it: the keeping, the status and the plan behind
// locks, and a list of errands that wakes the main thread.
#pragma once

#include <string>

#include "daemon/log/log.h"

namespace tally::service {

struct ServiceOptions {
  std::string config;      ///< absolute path
  std::string state = {};  ///< a folder instead of the configured one; "": none
};

/// Returns when SIGTERM or SIGINT came, or when it cannot start or go on. Gives the exit code (control/exit_code.h): 0
/// after a signal.
int run_service(const ServiceOptions& options, const log::Log& log);

}  // namespace tally::service
