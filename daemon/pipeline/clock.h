// The clock of the machine, as everything below the daemon is given it: policy and connectors never ask for it.
//
//   Audit audit{…, .clock = wall_clock, …};
#pragma once

#include <chrono>

#include "policy/base/time.h"

namespace tally::pipeline {

/// Now, by the system's clock (CLOCK_REALTIME), which may be set back.
inline base::Instant wall_clock() { return std::chrono::floor<base::Duration>(std::chrono::system_clock::now()); }

}  // namespace tally::pipeline
