// In this process: what a command works with when it does not ask the service: the configuration made ready, log and
// store opened for writing.
//
//   auto here = open_here("audit", options, io, [&](const std::string& sentence) { line.keep(sentence); });
//   if (!here) return here.error();                  // told already; the exit code
//   pipeline::Keeping keeping(std::move(here->kept));
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/config/apply.h"
#include "daemon/pipeline/keeping.h"

namespace tally::cli {

struct InThisProcess {
  std::shared_ptr<const config::Prepared> prepared;
  pipeline::Kept kept;
};

/// From the options "config" and "state". `keep` gets what opening the log found and mended, a sentence each.
tl::expected<InThisProcess, int> open_here(std::string_view command, const Options& options, Streams& io,
                                           std::function<void(const std::string& sentence)> keep);

}  // namespace tally::cli
