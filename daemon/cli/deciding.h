// Deciding: what the commands have in common by which people decide something: the service carries it out when one
// answers, else this process does (daemon/pipeline/carry_out.h).
//
//   add_decision_options(options);
//   return decide("sign-off", options, request, io);
#pragma once

#include <string_view>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/control/decision_request.h"

namespace tally::cli {

/// config, state, format, foreground.
void add_decision_options(Options& options);
/// The exit code, after telling what came of it.
int decide(std::string_view command, const Options& options, const control::DecisionRequest& request, Streams& io);

}  // namespace tally::cli
