// Notifier: what systemd is told, by the protocol of sd_notify(3): a datagram of lines to the socket that NOTIFY_SOCKET
// names. Without one it says nothing.
//
//   Notifier notifier = Notifier::from_environment();
//   notifier.ready();  notifier.status("idle");  notifier.alive();
//
// Spoken here rather than by libsystemd: it is twenty lines, and the program then links nothing for it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tally::service {

class Notifier {
 public:
  /// NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  static Notifier from_environment();
  Notifier(Notifier&& other) noexcept;
  ~Notifier();

  void ready() const { send("READY=1"); }
  void stopping() const { send("STOPPING=1"); }
  /// RELOADING=1 with the moment, which systemd 253 and later ask for; ready() ends it.
  void reloading() const;
  /// One line for `systemctl status`.
  void status(std::string_view words) const;
  /// Start or stop may take this long from now on.
  void needs(std::chrono::microseconds span) const;
  /// WATCHDOG=1: promises that everything is as it should be.
  void alive() const { send("WATCHDOG=1"); }

  /// How often alive() is waited for, when systemd watches this process.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  Notifier() = default;
  void send(std::string_view text) const;

  int fd_ = -1;
  std::string address_;  ///< as sockaddr_un::sun_path has it
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace tally::service
