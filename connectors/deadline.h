// Deadline: the moment by which a wait has to end, on the steady clock (no jumps, no leap seconds).
//
//   Deadline deadline = Deadline::after(std::chrono::seconds{30}, stop_token);
//   while (!deadline.passed()) poll(&fd, 1, deadline.next_look().count());
//
// It has passed at once when its stop token says so, so that whoever waits is freed when the program has to end.
// Here and not in policy/base, because it looks at a clock. Not a time to show or to record: that is an Instant, and
// comes from the daemon's clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

namespace tally::connectors {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline after(std::chrono::milliseconds span, std::stop_token stop = {}) {
    return Deadline(Clock::now() + span, std::move(stop));
  }
  /// The earlier of the two; stopped by this one's token, or by the other's when this one has none.
  [[nodiscard]] Deadline earlier(const Deadline& other) const {
    return Deadline(std::min(at_, other.at_), stop_.stop_possible() ? stop_ : other.stop_);
  }

  [[nodiscard]] bool passed() const { return stop_.stop_requested() || Clock::now() >= at_; }
  /// Time left, never negative.
  [[nodiscard]] std::chrono::milliseconds remaining() const {
    if (stop_.stop_requested()) return std::chrono::milliseconds{0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
    return std::max(left, std::chrono::milliseconds{0});
  }
  /// How long to wait before looking at passed() again: a wait that the stop token cannot end is cut into pieces.
  [[nodiscard]] std::chrono::milliseconds next_look() const { return std::min(remaining(), kPiece); }
  [[nodiscard]] Clock::time_point at() const { return at_; }
  [[nodiscard]] const std::stop_token& stop() const { return stop_; }

  static constexpr std::chrono::milliseconds kPiece{200};

 private:
  Deadline(Clock::time_point at, std::stop_token stop) : at_(at), stop_(std::move(stop)) {}
  Clock::time_point at_;
  std::stop_token stop_;
};

}  // namespace tally::connectors
