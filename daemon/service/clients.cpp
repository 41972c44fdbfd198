#include "daemon/service/clients.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "daemon/control/exit_code.h"
#include "daemon/service/decision.h"
#include "daemon/service/offboarding.h"

namespace tally::service {
namespace {

using namespace std::chrono_literals;
using connectors::Deadline;
using control::Action;
using control::Answer;
using control::Connection;

/// A request is one short line that the client has ready.
constexpr auto kRequestDeadline = 5s;
/// A client that does not read for so long is a client that does not read.
constexpr auto kAnswerDeadline = 10s;
/// How often a waiting thread looks whether its client is still there.
constexpr auto kLook = 200ms;

/// While the service stops, all that a client is still owed has to be sent by then; less than the stop's own deadline.
constexpr auto kLastWords = 15s;

constexpr int kDenialsAMinute = 20;

/// True when it was sent.
bool send(Connection& connection, const Answer& answer, const std::stop_token& stop) {
  return connection.send(control::encode(answer), Deadline::after(kAnswerDeadline, stop)).has_value();
}

void refuse(Connection& connection, std::string why, int code, const std::stop_token& stop = {}) {
  if (send(connection, {Answer::Kind::err, std::move(why), 0}, stop)) {
    send(connection, {Answer::Kind::end, {}, code}, stop);
  }
}

}  // namespace

bool Clients::room_for(uid_t uid) const {
  if (clients_.size() >= kMaxClients) return false;
  if (uid == 0 || uid == ::geteuid()) return true;
  const auto of_this_user =
      std::count_if(clients_.begin(), clients_.end(), [&](const Client& one) { return one.uid == uid; });
  return static_cast<std::size_t>(of_this_user) < kMaxOfOneUser;
}

void Clients::take(Connection connection) {
  reap();
  const auto peer = connection.peer();
  if (!peer) return;
  if (!room_for(peer->uid)) {
    around_.log.tell(log::message::kTooManyClients, {std::to_string(kMaxClients)});
    // Two lines fit into the socket's buffer: this does not wait.
    return refuse(connection, "tallystick: the service has too many clients; ask again later",
                  control::kNotEverythingSeen);
  }
  Client& client = clients_.emplace_back();
  client.uid = peer->uid;
  client.thread = std::jthread(
      [this, &client, who = *peer](const std::stop_token& stop, Connection own) {
        serve(own, who, stop);
        client.done = true;
      },
      std::move(connection));
}

void Clients::close() {
  for (Client& client : clients_) client.thread.request_stop();
}

bool Clients::empty() {
  reap();
  return clients_.empty();
}

void Clients::reap() {
  clients_.remove_if([](const Client& client) { return client.done.load(); });
}

bool Clients::may(const control::Peer& peer, Action action) const {
  const auto plan = desk_.plan();
  const config::ServiceSettings& settings = plan->config.service;
  const control::Groups groups{control::group_of(settings.operators), control::group_of(settings.hr)};
  return control::allowed(peer, ::geteuid(), groups, action);
}

void Clients::tell_denied(uid_t uid, const std::string& command) {
  {
    const auto denials = denials_.lock();
    const auto now = std::chrono::steady_clock::now();
    if (now - denials->since > 1min) *denials = {now, 0};
    if (++denials->told > kDenialsAMinute) return;
  }
  around_.log.tell(log::message::kDenied, {std::to_string(uid), command});
}

void Clients::serve(Connection& connection, const control::Peer& peer, const std::stop_token& stop) {
  const auto line = connection.receive(control::kMaxRequestBytes, Deadline::after(kRequestDeadline, stop));
  if (!line) {
    if (line.error().kind == base::ErrorKind::limit) {
      refuse(connection, "tallystick: the request is too long", control::kUsage, stop);
    }
    return;
  }
  const auto request = control::parse_request(*line);
  if (!request) return refuse(connection, "tallystick: " + request.error().message, control::kUsage, stop);
  answer(connection, *request, peer, stop);
}

void Clients::answer(Connection& connection, const control::Request& request, const control::Peer& peer,
                     const std::stop_token& stop) {
  const auto action = control::action_of(request.command);
  if (!action) {
    return refuse(connection, fmt::format("tallystick: the service does not know \"{}\"", request.command),
                  control::kUsage, stop);
  }
  if (!may(peer, *action)) {
    tell_denied(peer.uid, request.command);
    return refuse(
        connection,
        fmt::format("tallystick {}: denied: the service does not do this for uid {}", request.command, peer.uid),
        control::kDenied, stop);
  }
  if (const std::string& own = desk_.plan()->config.file; request.config != own) {
    return refuse(connection,
                  fmt::format("tallystick {}: the service that answers works by {}, not by {}", request.command, own,
                              request.config),
                  control::kUsage, stop);
  }
  const auto mailbox = std::make_shared<Mailbox>();
  if (*action == Action::status) {
    const Status status = *around_.status.lock();
    mailbox->out(in_words(status));
    mailbox->end(exit_code(status));
    return forward(connection, *mailbox, stop);
  }
  if (*action == Action::offboard) {
    const auto asked = control::parse_offboarding_request(request.arguments);
    if (!asked) return refuse(connection, "tallystick offboard: " + asked.error().message, control::kUsage, stop);
    const Asker asker{peer.uid, control::login_of(peer.uid), {request.width, request.colour}};
    offboard(around_, desk_.plan(), *asked, asker, stop, *mailbox);
    return forward(connection, *mailbox, stop);
  }
  if (*action == Action::decide || *action == Action::approve || *action == Action::decisions) {
    const auto asked = control::parse_decision_request(request.arguments);
    if (!asked) return refuse(connection, "tallystick: " + asked.error().message, control::kUsage, stop);
    // What was allowed is what is done.
    if (control::action_of(*asked) != *action) {
      return refuse(connection, "tallystick: the verb does not belong to the command", control::kUsage, stop);
    }
    const Asker asker{peer.uid, control::login_of(peer.uid), {request.width, request.colour}};
    decide(around_, desk_.plan(), *asked, asker, stop, *mailbox);
    return forward(connection, *mailbox, stop);
  }
  Errand errand{*action, {}, {request.width, request.colour}, peer.uid, control::login_of(peer.uid), mailbox};
  if (*action == Action::audit) {
    auto audit = control::parse_audit_request(request.arguments);
    if (!audit) return refuse(connection, "tallystick audit: " + audit.error().message, control::kUsage, stop);
    errand.audit = *audit;
  }
  desk_.put(std::move(errand));
  forward(connection, *mailbox, stop);
}

void Clients::forward(Connection& connection, Mailbox& mailbox, const std::stop_token& stop) {
  std::optional<Deadline> last;
  for (;;) {
    const auto next = mailbox.take(kLook);
    if (stop.stop_requested() && !last) last = Deadline::after(kLastWords);
    if (next) {
      const Deadline until = last ? *last : Deadline::after(kAnswerDeadline, stop);
      if (!connection.send(control::encode(*next), until) || next->kind == Answer::Kind::end) return;
      continue;
    }
    if (connection.gone()) return;
    if (last) return refuse(connection, "tallystick: the service stops", control::kNotEverythingSeen);
  }
}

}  // namespace tally::service
