// A kept run made ready to be asked again: what was seen, and the configuration and rules that were in force.
//
//   auto ready = open_kept("replay", options, io);        // options "run", "archive", "config", "state"
//   if (!ready) return ready.error();                     // told already; the exit code
//   const evaluation::Evaluated again = pipeline::ask_again(ready->kept, ready->rules, ready->config.correlation);
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "daemon/archive/run_archive.h"
#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/config/config.h"
#include "policy/rules/rule_set.h"

namespace tally::cli {

struct KeptAndReady {
  archive::KeptRun kept;
  config::Config config;  ///< as it was then
  rules::RuleSet rules;   ///< as they were then
  std::string state;      ///< folder that the run was found in; empty: it came from a file of its own
};

/// The rows that say which run: --archive, --run, --config, --state.
void kept_run_options(Options& options);
/// The run named; without one the newest that is kept.
tl::expected<KeptAndReady, int> open_kept(std::string_view command, const Options& options, const std::string& run,
                                          Streams& io);

}  // namespace tally::cli
