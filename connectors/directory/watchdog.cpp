#include "connectors/directory/watchdog.h"

#include <sys/socket.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace tally::directory {

struct Watchdog::State {
  std::mutex mutex;
  std::condition_variable changed;
  int fd = -1;  ///< -1: nothing to watch
  connectors::Deadline::Clock::time_point at;
  bool bitten = false;
  bool ending = false;
  std::thread thread;
  /// Touched by the thread that guards alone.
  std::optional<std::stop_callback<std::function<void()>>> on_stop;

  void watch();
  void stop();
};

/// The deadline passes now.
void Watchdog::State::stop() {
  {
    const std::lock_guard lock(mutex);
    at = connectors::Deadline::Clock::time_point::min();
  }
  changed.notify_one();
}

void Watchdog::State::watch() {
  std::unique_lock lock(mutex);
  while (!ending) {
    if (fd < 0) {
      changed.wait(lock);
    } else if (connectors::Deadline::Clock::now() < at) {
      // A copy: the condition variable reads its deadline without the lock.
      const auto until = at;
      changed.wait_until(lock, until);
    } else {
      // Under the lock, so that release() and the close after it cannot let the number go to another file.
      ::shutdown(fd, SHUT_RDWR);
      bitten = true;
      fd = -1;
    }
  }
}

Watchdog::Watchdog() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] { state->watch(); });
}

Watchdog::~Watchdog() {
  state_->on_stop.reset();
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

void Watchdog::guard(int fd, const connectors::Deadline& deadline) {
  state_->on_stop.reset();
  {
    const std::lock_guard lock(state_->mutex);
    state_->fd = fd;
    state_->at = deadline.at();
    state_->bitten = false;
  }
  state_->changed.notify_one();
  // Calls at once when the stop was asked for before, and never after release().
  if (deadline.stop().stop_possible()) state_->on_stop.emplace(deadline.stop(), [this] { state_->stop(); });
}

bool Watchdog::release() {
  state_->on_stop.reset();
  const std::lock_guard lock(state_->mutex);
  state_->fd = -1;
  return state_->bitten;
}

}  // namespace tally::directory
