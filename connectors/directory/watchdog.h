// Watchdog: makes a deadline hold for code that would wait for ever: at the deadline it shuts the socket down, and the
// read or write that hangs in it ends at once.
//
//   Watchdog watchdog;
//   watchdog.guard(fd, deadline);
//   int rc = ldap_start_tls_s(ld, nullptr, nullptr);   // may hang in the handshake
//   bool late = watchdog.release();
//
// Needed because libldap on GnuTLS does not keep its own timeouts in a TLS handshake or in the middle of a message.
// Not a timer for other work: all it can do is shut one socket down. It never closes the descriptor.
#pragma once

#include <memory>

#include "connectors/deadline.h"

namespace tally::directory {

class Watchdog {
 public:
  /// Starts the thread that watches.
  Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  /// From now on until release(): `fd` is shut down (both ways) when the deadline passes or its token asks to stop. A
  /// second call moves the deadline. The descriptor must stay open until release().
  void guard(int fd, const connectors::Deadline& deadline);
  /// Ends the watch; true when the socket was shut down meanwhile. After this the descriptor may be closed.
  bool release();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tally::directory
