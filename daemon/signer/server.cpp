#include "daemon/signer/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/recorder/frame.h"
#include "daemon/recorder/signer_protocol.h"

namespace tally::signer {
namespace {

using base::ErrorKind;
using base::Result;
using recorder::Descriptor;

/// A frame that was begun is whole by then; a gigabyte over a Unix socket takes a second.
constexpr std::chrono::seconds kFrameDeadline{30};
/// How late an epoch may end while nobody asks.
constexpr std::chrono::seconds kLook{15};

/// Whatever is not the request's own fault leaves a log that has to be opened again.
bool breaks_the_log(ErrorKind kind) {
  return kind != ErrorKind::conflict && kind != ErrorKind::malformed && kind != ErrorKind::limit &&
         kind != ErrorKind::not_found;
}

class Server {
 public:
  Server(recorder::LogWriter& log, const Service& service) : log_(log), service_(service) {}
  Result<void> run();

 private:
  void take_client();
  void answer(Descriptor& client);
  std::string answer_to(const recorder::Request& request);
  template <class T>
  std::string refuse(const T& failed) {
    if (breaks_the_log(failed.error().kind)) broken_ = failed.error();
    return recorder::encode_reply(failed.error());
  }

  recorder::LogWriter& log_;
  const Service& service_;
  std::vector<Descriptor> clients_;
  std::optional<base::Error> broken_;
};

Result<void> Server::run() {
  while (!broken_) {
    std::vector<pollfd> waiting{{service_.stop, POLLIN, 0}, {service_.listener, POLLIN, 0}};
    for (const Descriptor& client : clients_) waiting.push_back({client.get(), POLLIN, 0});
    const int ready = ::poll(waiting.data(), waiting.size(),
                             static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(kLook).count()));
    if (ready < 0 && errno != EINTR) return base::system_failure("waiting for clients", errno);
    if (ready > 0 && waiting[0].revents != 0) return {};
    if (const auto head = log_.head(); !head) return tl::unexpected(head.error());
    if (ready <= 0) continue;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (waiting[i + 2].revents != 0 && !broken_) answer(clients_[i]);
    }
    std::erase_if(clients_, [](const Descriptor& client) { return client.get() < 0; });
    if (waiting[1].revents != 0) take_client();
  }
  return tl::unexpected(*broken_);
}

void Server::take_client() {
  Descriptor client(::accept4(service_.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (client.get() < 0 || clients_.size() >= kMaxClients) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
  if (peer.uid != service_.client) {
    if (service_.denied) service_.denied(peer.uid);
    return;
  }
  clients_.push_back(std::move(client));
}

/// One request and its reply. A client that breaks the protocol, is too slow or has gone is let go.
void Server::answer(Descriptor& client) {
  const auto frame = recorder::receive_frame(client.get(), recorder::kMaxFrameBytes, kFrameDeadline);
  if (frame) {
    const auto request = recorder::parse_request(*frame);
    const std::string reply = request ? answer_to(*request) : recorder::encode_reply(request.error());
    if (recorder::send_frame(client.get(), reply, kFrameDeadline)) return;
  }
  client = Descriptor();
}

std::string Server::answer_to(const recorder::Request& request) {
  if (const auto* append = std::get_if<recorder::AppendRequest>(&request)) {
    const auto done = log_.append(append->at, append->leaves);
    return done ? recorder::encode_done() : refuse(done);
  }
  if (const auto* read = std::get_if<recorder::ReadRequest>(&request)) {
    const auto leaves = log_.read(read->from, read->to);
    return leaves ? recorder::encode_reply(*leaves) : refuse(leaves);
  }
  const auto head = log_.head();
  return head ? recorder::encode_reply(*head) : refuse(head);
}

std::optional<int> handed_over() {
  constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
  const char* pid = ::getenv("LISTEN_PID");
  const char* count = ::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr || std::to_string(::getpid()) != pid || std::string_view(count) != "1") {
    return std::nullopt;
  }
  return kFirst;
}

}  // namespace

Result<void> serve(recorder::LogWriter& log, const Service& service) { return Server(log, service).run(); }

Result<Descriptor> take_listener(const std::string& path) {
  if (const auto fd = handed_over()) return Descriptor(*fd);
  if (path.empty()) {
    return base::failure(ErrorKind::malformed, "there is neither a socket from systemd nor --socket");
  }
  if (const auto other = recorder::connect_to(path)) {
    return base::failure(ErrorKind::conflict, "somebody listens on " + path + " already");
  } else if (other.error().kind == ErrorKind::malformed) {
    return tl::unexpected(other.error());
  }
  ::unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0) return base::system_failure("making a socket", errno);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 16) != 0) {
    return base::system_failure(path, errno);
  }
  ::chmod(path.c_str(), 0666);  // who may ask is decided by who they are
  return listener;
}

}  // namespace tally::signer
