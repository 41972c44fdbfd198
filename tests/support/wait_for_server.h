// Waiting until a test server that was just started answers.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "policy/base/result.h"
#include "tests/support/process.h"

namespace tally::support {

/// Returns once `answers()` is true. Fails with the end of its log: `conflict` when it ended because somebody took its
/// port, `unavailable` when it ended otherwise, `timed_out` when the deadline passed.
base::Result<void> wait_for_server(Process& process, std::chrono::milliseconds deadline,
                                   const std::function<bool()>& answers, const std::function<std::string()>& log);

}  // namespace tally::support
