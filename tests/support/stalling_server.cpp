#include "tests/support/stalling_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

namespace tally::support {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 10ms;  ///< how soon a new connection, a request or stop() is noticed

struct Connection {
  int socket;
  bool stalls_now;  ///< false while the StartTLS request is awaited
  std::chrono::steady_clock::time_point next_byte;
};

/// The LDAPMessage number of a request: SEQUENCE { messageID INTEGER, … } (RFC 4511 §4.1.1), short lengths only.
unsigned char message_id(const std::array<unsigned char, 512>& request) {
  return request[2] == 0x02 && request[3] == 0x01 ? request[4] : 1;
}

/// ExtendedResponse (RFC 4511 §4.12): resultCode success, matchedDN "", diagnosticMessage "".
void answer_start_tls(int socket, unsigned char id) {
  const std::array<unsigned char, 14> response = {0x30, 0x0C, 0x02, 0x01, id,   0x78, 0x07,
                                                  0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00};
  [[maybe_unused]] const ssize_t sent = send(socket, response.data(), response.size(), MSG_NOSIGNAL);
}

}  // namespace

struct StallingServer::State {
  Stall stall = Stall::silent;
  int listener = -1;
  int port = 0;
  std::atomic<bool> stopping = false;
  std::atomic<int> accepted = 0;
  std::atomic<int> open = 0;
  std::vector<Connection> connections = {};
  std::thread thread = {};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    stopping = true;
    if (thread.joinable()) thread.join();
    for (const Connection& connection : connections) close(connection.socket);
    if (listener >= 0) close(listener);
  }

  [[nodiscard]] bool after_start_tls() const {
    return stall == Stall::after_start_tls || stall == Stall::after_start_tls_byte_a_second;
  }
  [[nodiscard]] bool writes_bytes() const {
    return stall == Stall::byte_a_second || stall == Stall::after_start_tls_byte_a_second;
  }

  void serve() {
    while (!stopping) {
      accept_waiting();
      for (Connection& connection : connections) tend(connection);
      std::erase_if(connections, [](const Connection& connection) { return connection.socket < 0; });
      open = static_cast<int>(connections.size());
    }
  }

  void accept_waiting() {
    pollfd waiting{listener, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(kTick.count())) != 1) return;
    const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) return;
    connections.push_back({socket, !after_start_tls(), std::chrono::steady_clock::now()});
    open = static_cast<int>(connections.size());
    ++accepted;
  }

  void tend(Connection& connection) const {
    std::array<unsigned char, 512> received{};
    const ssize_t got = recv(connection.socket, received.data(), received.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      close(connection.socket);
      connection.socket = -1;
      return;
    }
    if (got > 0 && !connection.stalls_now) {
      answer_start_tls(connection.socket, message_id(received));
      connection.stalls_now = true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!connection.stalls_now || !writes_bytes() || now < connection.next_byte) return;
    connection.next_byte = now + 1s;
    [[maybe_unused]] const ssize_t sent = send(connection.socket, "", 1, MSG_NOSIGNAL);
  }
};

base::Result<StallingServer> StallingServer::start(Stall stall) {
  auto state = std::make_unique<State>();
  state->stall = stall;
  state->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (state->listener < 0 || bind(state->listener, generic, size) != 0 || listen(state->listener, SOMAXCONN) != 0 ||
      getsockname(state->listener, generic, &size) != 0) {
    return base::system_failure("listening on 127.0.0.1", errno);
  }
  state->port = ntohs(address.sin_port);
  state->thread = std::thread([raw = state.get()] { raw->serve(); });
  return StallingServer(std::move(state));
}

StallingServer::StallingServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
StallingServer::StallingServer(StallingServer&&) noexcept = default;
StallingServer& StallingServer::operator=(StallingServer&&) noexcept = default;
StallingServer::~StallingServer() = default;

int StallingServer::port() const { return state_->port; }
std::string StallingServer::uri() const { return fmt::format("ldap://127.0.0.1:{}", state_->port); }
std::string StallingServer::tls_uri() const { return fmt::format("ldaps://127.0.0.1:{}", state_->port); }
int StallingServer::accepted() const { return state_->accepted; }

bool StallingServer::all_closed() const {
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (state_->open != 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(kTick);
  return state_->open == 0;
}

}  // namespace tally::support
