#include "daemon/recorder/clock.h"

#include <ctime>

namespace tally::recorder {

Clock Clock::system() {
  return {[] { return std::chrono::floor<base::Duration>(std::chrono::system_clock::now()); },
          [] {
            timespec time{};
            ::clock_gettime(CLOCK_BOOTTIME, &time);
            return std::chrono::milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
          }};
}

Clock Clock::fixed(base::Instant time) {
  return {[time] { return time; }, [] { return std::chrono::milliseconds(0); }};
}

}  // namespace tally::recorder
