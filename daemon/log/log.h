// Log: where the service's messages go: standard error, which systemd hands to the journal with its priority.
//
//   Log log = Log::to_stderr(started_by_systemd());
//   log.tell(message::kReady, {"daily at 05:00 (UTC)", "2026-11-23T05:00:00Z"});
//
// Safe from every thread. Not the log of the audit, which is signed (daemon/ledger), and not for the command line.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "daemon/log/message.h"

namespace tally::log {

/// What a line looks like: with the journal's own priority in front (sd-daemon(3): "<4>"), or with time and severity
/// for whoever starts the service by hand.
enum class Form : std::uint8_t { journal, plain };

/// The form for this process: `journal` when its standard error is the journal's (JOURNAL_STREAM).
Form form_of_stderr();

class Log {
 public:
  static Log to_stderr(Form form);
  /// Each line, without its end, to `sink`: for tests.
  static Log to(Form form, std::function<void(const std::string& line)> sink);
  Log(Log&&) noexcept;
  ~Log();

  void tell(const Message& message, std::initializer_list<std::string> values = {}) const;

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::log
