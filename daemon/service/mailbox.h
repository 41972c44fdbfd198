// Mailbox: answers on their way from whoever works to the thread that serves one client.
//
//   auto mailbox = std::make_shared<Mailbox>();
//   mailbox->note("read hr: 1200 records, complete");   // any thread; never waits
//   std::optional<control::Answer> next = mailbox->take(200ms);
//
// A slow client holds nobody up: progress that was not fetched is replaced by the next.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/control/protocol.h"

namespace tally::service {

class Mailbox {
 public:
  void progress(std::string line);
  void note(std::string line);
  void err(std::string line);
  /// Of any length, for standard output.
  void out(std::string_view text);
  /// Nothing comes after it.
  void end(int code);

  /// The next answer; nothing when none came in time.
  std::optional<control::Answer> take(std::chrono::milliseconds patience);

 private:
  void put(control::Answer answer);

  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<control::Answer> answers_;
};

}  // namespace tally::service
