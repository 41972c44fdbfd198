// Deadline: the moment by which a wait has to end, on the steady clock (no jumps, no leap seconds).
//
//   Deadline deadline = Deadline::after(std::chrono::seconds{30});
//   poll(&fd, 1, deadline.poll_milliseconds());
//
// Here and not in policy/base, because it looks at a clock. Not a time to show or to record: that is an Instant, and
// comes from the daemon's clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace tally::connectors {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline after(std::chrono::milliseconds span) { return Deadline(Clock::now() + span); }
  /// The earlier of the two.
  [[nodiscard]] Deadline earlier(const Deadline& other) const { return Deadline(std::min(at_, other.at_)); }

  [[nodiscard]] bool passed() const { return Clock::now() >= at_; }
  /// Time left, never negative.
  [[nodiscard]] std::chrono::milliseconds remaining() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
    return std::max(left, std::chrono::milliseconds{0});
  }
  /// Time left as poll(2) wants it.
  [[nodiscard]] int poll_milliseconds() const {
    return static_cast<int>(std::min<long long>(remaining().count(), std::numeric_limits<int>::max()));
  }
  [[nodiscard]] Clock::time_point at() const { return at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace tally::connectors
