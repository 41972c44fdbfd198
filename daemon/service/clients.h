// Clients: each connection of the control socket on a thread of its own, at most kMaxClients at once. A client that is
// slow, silent or gone holds nobody up but itself, and that only until a deadline.
//
//   Clients clients(surroundings, desk);
//   clients.take(std::move(**listener.accept()));
//   clients.close();                        // at the end: asks all of them to finish
//
// What has to be done by the main thread (starting an audit, reloading) is put on its desk; answers come back through a
// mailbox.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "daemon/control/authority.h"
#include "daemon/control/connection.h"
#include "daemon/control/protocol.h"
#include "daemon/service/auditor.h"
#include "daemon/service/mailbox.h"

namespace tally::service {

/// A command that the main thread has to do, asked for by an allowed client.
struct Errand {
  control::Action action = control::Action::audit;
  control::AuditRequest audit;
  report::TerminalStyle style;
  uid_t uid = 0;
  std::string login;  ///< personal
  std::shared_ptr<Mailbox> mailbox;
};

/// What the main thread offers the clients.
struct Desk {
  std::function<void(Errand)> put;                    ///< and wakes it; safe from every thread
  std::function<std::shared_ptr<const Plan>()> plan;  ///< the one in force; safe from every thread
};

class Clients {
 public:
  Clients(const Surroundings& surroundings, Desk desk) : around_(surroundings), desk_(std::move(desk)) {}
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  /// Serves it, or turns it away when there are too many. By the main thread alone, like close().
  void take(control::Connection connection);
  /// Asks every client's thread to end.
  void close();
  /// False while a client's thread runs.
  bool empty();

  static constexpr std::size_t kMaxClients = 16;
  /// So that one user cannot hold all places; root and the service's own user may.
  static constexpr std::size_t kMaxOfOneUser = 4;

 private:
  struct Client {
    uid_t uid = 0;
    std::atomic<bool> done = false;
    std::jthread thread;
  };

  [[nodiscard]] bool room_for(uid_t uid) const;
  void serve(control::Connection& connection, const control::Peer& peer, const std::stop_token& stop);
  void answer(control::Connection& connection, const control::Request& request, const control::Peer& peer,
              const std::stop_token& stop);
  void forward(control::Connection& connection, Mailbox& mailbox, const std::stop_token& stop);
  [[nodiscard]] bool may(const control::Peer& peer, control::Action action) const;
  void tell_denied(uid_t uid, const std::string& command);
  void reap();

  /// Anybody can make the service deny something; the journal is for more than that.
  struct Denials {
    std::chrono::steady_clock::time_point since;
    int told = 0;
  };

  const Surroundings& around_;
  Desk desk_;
  pipeline::Guarded<Denials> denials_;
  std::list<Client> clients_;  ///< a list: threads hold pointers to their own
};

}  // namespace tally::service
