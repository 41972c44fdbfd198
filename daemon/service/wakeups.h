// Wakeups: the descriptors that the main thread polls: signals, the due time, a heartbeat, and a call from other
// threads.
//
//   Wakeups wakeups = *Wakeups::open();            // before the first thread: it blocks the signals
//   wakeups.due_at(next);  wakeups.beat_every(15s);
//   poll(...); for (int signal; (signal = wakeups.next_signal()) != 0;) …
#pragma once

#include <chrono>
#include <optional>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::service {

class Wakeups {
 public:
  /// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those that it starts, and ignores SIGPIPE.
  static base::Result<Wakeups> open();

  /// When the wall clock shows that moment (or is set to another time); nothing: never.
  void due_at(std::optional<base::Instant> moment) const;
  void beat_every(std::chrono::microseconds span) const;
  /// From any thread: the main thread's poll returns.
  void call() const;

  /// The signal that came, 0 for none (any more).
  [[nodiscard]] int next_signal() const;
  /// Empties the others; what woke the thread is found by looking at the world.
  void settle() const;

  [[nodiscard]] int signals() const { return signals_.get(); }
  [[nodiscard]] int due() const { return due_.get(); }
  [[nodiscard]] int beat() const { return beat_.get(); }
  [[nodiscard]] int called() const { return called_.get(); }

 private:
  Wakeups() = default;
  recorder::Descriptor signals_, due_, beat_, called_;
};

}  // namespace tally::service
