// Connection: lines over a Unix stream socket, each way with a deadline; Listener: where they come from.
//
//   auto listener = Listener::open("/run/tallystick/control.sock");
//   Result<std::optional<Connection>> client = listener->accept();    // after poll(listener->fd())
//   auto line = (*client)->receive(kMaxRequestBytes, Deadline::after(5s));
//   auto sent = (*client)->send(encode(answer), Deadline::after(10s));
//
// The deadline is for a whole line: whoever sends a byte a second does not get longer. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/deadline.h"
#include "daemon/control/authority.h"
#include "policy/base/result.h"

namespace tally::control {

class Connection {
 public:
  /// To a service. Kind `not_found` when nothing listens there, `denied` when the socket may not be used.
  static base::Result<Connection> open(const std::string& path, const connectors::Deadline& deadline);
  explicit Connection(int fd) : fd_(fd) {}
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  /// Who is at the other end: SO_PEERCRED and SO_PEERGROUPS, fixed by the kernel when the socket was connected.
  [[nodiscard]] base::Result<Peer> peer() const;

  /// The line and its end. Kind `timed_out`, or `unavailable` when the other side has gone.
  base::Result<void> send(std::string_view line, const connectors::Deadline& deadline);
  /// The next line without its end. Kind `limit` when it is longer than `most`, `timed_out`, `unavailable` at the end.
  base::Result<std::string> receive(std::size_t most, const connectors::Deadline& deadline);
  /// True when the other side has gone; looks, never waits.
  [[nodiscard]] bool gone() const;

 private:
  int fd_;
  std::string read_;  ///< received beyond the last line
};

class Listener {
 public:
  /// Takes the place of a socket file that nobody listens on any more; kind `conflict` when somebody does. The file may
  /// be connected to by everybody: who is allowed what is the authority's business.
  static base::Result<Listener> open(const std::string& path);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  /// Closes it and removes the file.
  ~Listener();

  [[nodiscard]] int fd() const { return fd_; }
  /// Nothing when no client is waiting. Fails when the system has no room for another (no free descriptor): the client
  /// then goes on waiting, and poll() goes on saying so.
  base::Result<std::optional<Connection>> accept();

 private:
  Listener(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;
};

}  // namespace tally::control
