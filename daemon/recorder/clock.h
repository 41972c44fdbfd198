// The clocks of a log: the wall clock, which people read and set, and the time since boot, which nobody sets.
//
//   Recorder::open({root, key, Clock::system()});
//   Recorder::open({root, key, Clock::fixed(noon)});        // tests
#pragma once

#include <chrono>
#include <functional>

#include "policy/base/time.h"

namespace tally::recorder {

struct Clock {
  std::function<base::Instant()> wall;                    ///< CLOCK_REALTIME
  std::function<std::chrono::milliseconds()> since_boot;  ///< CLOCK_BOOTTIME: counts sleep too

  static Clock system();
  static Clock fixed(base::Instant time);
};

}  // namespace tally::recorder
