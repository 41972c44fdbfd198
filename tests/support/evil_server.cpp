#include "tests/support/evil_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "connectors/directory/ber.h"
#include "tests/support/ldap_bytes.h"

namespace tally::support {
namespace {

using namespace std::chrono_literals;
namespace in = directory::ber;

constexpr const char* kStartTls = "1.3.6.1.4.1.1466.20037";
constexpr const char* kPages = "1.2.840.113556.1.4.319";
constexpr const char* kDirSync = "1.2.840.113556.1.4.841";

std::string text_of(std::string_view& from) {
  const auto element = in::take(from);
  return element ? std::string(element->body) : std::string();
}

int number_of(std::string_view& from) {
  int out = 0;
  for (const char c : text_of(from)) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

void read_search(std::string_view body, Asked& out) {
  out.base = text_of(body);
  out.scope = number_of(body);
  for (int i = 0; i < 4; ++i) in::take(body);  // aliases, limits, types only
  if (const auto filter = in::take(body)) out.filter = filter->whole;
  if (auto list = in::take(body)) {
    while (const auto name = in::take(list->body)) out.attributes.emplace_back(name->body);
  }
}

/// Controls ::= [0] SEQUENCE OF SEQUENCE { type, criticality, value }
void read_controls(std::string_view rest, Asked& out) {
  auto controls = in::take(rest);
  if (!controls) return;
  while (auto control = in::take(controls->body)) {
    const std::string type = text_of(control->body);
    const bool critical = in::take(control->body, in::kBoolean).has_value();
    auto value = in::take(control->body);
    if (type == kDirSync && critical && value) out.dirsync = value->body;
    if (type != kPages) continue;
    auto pair = value ? in::take(value->body) : std::nullopt;
    if (!pair) continue;
    out.page_size = static_cast<std::uint32_t>(number_of(pair->body));
    out.cookie = text_of(pair->body);
  }
}

Asked read_request(std::string_view body) {
  Asked out;
  out.id = number_of(body);
  const auto operation = in::take(body);
  if (!operation) return out;
  out.operation = operation->tag;
  std::string_view inside = operation->body;
  if (out.operation == Asked::bind) {
    in::take(inside);  // version
    out.name = text_of(inside);
    out.password = text_of(inside);
  }
  if (out.operation == Asked::extended) out.name = text_of(inside);
  if (out.operation == Asked::search) read_search(inside, out);
  read_controls(body, out);
  return out;
}

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

Context context_of(const EvilOptions& options) {
  Context out(options.certificate.empty() ? nullptr : SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (out && (SSL_CTX_use_certificate_chain_file(out.get(), options.certificate.c_str()) != 1 ||
              SSL_CTX_use_PrivateKey_file(out.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1)) {
    throw std::runtime_error("the evil server cannot use its certificate");
  }
  return out;
}

/// One client: a socket, in clear or under TLS.
class Wire {
 public:
  Wire(int socket, SSL_CTX* context) : socket_(socket), context_(context), ssl_(nullptr, &SSL_free) {}
  [[nodiscard]] int socket() const { return socket_; }
  bool handshake() {
    ssl_.reset(context_ == nullptr ? nullptr : SSL_new(context_));
    return ssl_ && SSL_set_fd(ssl_.get(), socket_) == 1 && SSL_accept(ssl_.get()) == 1;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const long sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  long receive(char* into, int room) {
    return ssl_ ? SSL_read(ssl_.get(), into, room) : ::recv(socket_, into, static_cast<std::size_t>(room), 0);
  }

 private:
  int socket_;
  SSL_CTX* context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

/// False when the client has gone meanwhile.
bool wait(const Wire& wire, std::chrono::milliseconds span) {
  pollfd gone{wire.socket(), POLLRDHUP, 0};
  return ::poll(&gone, 1, static_cast<int>(span.count())) == 0;
}

}  // namespace

struct EvilServer::State {
  explicit State(EvilOptions given) : options(std::move(given)), context(context_of(options)) {}

  EvilOptions options;
  Context context;
  int listener = -1;
  int port = 0;
  std::atomic<int> accepted = 0, open = 0, requests = 0, passwords = 0;
  std::atomic<std::size_t> most_sent = 0;
  std::mutex mutex;          ///< the script, and the two below
  std::vector<int> sockets;  ///< closed only at the end, so that a number means one connection
  std::vector<std::thread> servers;
  std::thread acceptor;

  void accept_all();
  void serve(int socket, int connection);
  void converse(Wire& wire, int connection);
  bool say(Wire& wire, const Reply& reply, std::size_t& sent);
  bool end(Wire& wire, Then then) const;
};

void EvilServer::State::accept_all() {
  for (;;) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex);
    ++open;
    sockets.push_back(client);
    servers.emplace_back([this, client, connection = ++accepted] {
      serve(client, connection);
      --open;
    });
  }
}

void EvilServer::State::serve(int socket, int connection) {
  Wire wire(socket, context.get());
  std::size_t sent = 0;
  if (options.on_connect != Then::listen_on) {
    say(wire, {std::string(1000, '\0'), options.on_connect}, sent);
  } else if (!options.tls || wire.handshake()) {
    converse(wire, connection);
  }
  ::shutdown(socket, SHUT_RDWR);
}

void EvilServer::State::converse(Wire& wire, int connection) {
  std::string received;
  std::size_t sent = 0;
  int number = 0;
  char block[4096];
  for (long got = 0; (got = wire.receive(block, sizeof block)) > 0;) {
    received.append(block, static_cast<std::size_t>(got));
    std::string_view rest = received;
    while (const auto request = in::take(rest, in::kSequence)) {
      Asked asked = read_request(request->body);
      asked.connection = connection;
      asked.number = ++number;
      ++requests;
      if (asked.operation == Asked::bind && !asked.password.empty()) ++passwords;
      std::unique_lock lock(mutex);
      const Reply reply = options.script(asked);
      lock.unlock();
      if (!say(wire, reply, sent)) return;
    }
    received.erase(0, received.size() - rest.size());
  }
}

/// False when the connection is at its end.
bool EvilServer::State::say(Wire& wire, const Reply& reply, std::size_t& sent) {
  if (reply.then == Then::drip) {
    for (const char byte : reply.bytes) {
      if (!wait(wire, options.drip_every) || !wire.send({&byte, 1})) return false;
    }
    return end(wire, Then::stall);
  }
  if (reply.then == Then::stall || reply.then == Then::reset || reply.then == Then::close) {
    if (options.on_connect == Then::listen_on) wire.send(reply.bytes);
    return end(wire, reply.then);
  }
  const std::string_view bytes = std::string_view(reply.bytes).substr(0, options.close_after - sent);
  if (!wire.send(bytes)) return false;
  sent += bytes.size();
  std::size_t most = most_sent;
  while (most < sent && !most_sent.compare_exchange_weak(most, sent)) {
  }
  if (sent >= options.close_after) return false;
  return reply.then != Then::start_tls || wire.handshake();
}

bool EvilServer::State::end(Wire& wire, Then then) const {
  if (then == Then::stall) {
    while (wait(wire, 1s)) {
    }
  }
  const linger at_once{1, 0};
  if (then == Then::reset) {
    ::setsockopt(wire.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    // A shutdown would say good-bye first; disconnecting by AF_UNSPEC resets.
    const sockaddr nobody{AF_UNSPEC, {}};
    ::connect(wire.socket(), &nobody, sizeof nobody);
  }
  return false;
}

EvilServer::EvilServer(EvilOptions options) : state_(std::make_unique<State>(std::move(options))) {
  State& s = *state_;
  s.listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (s.listener < 0 || ::bind(s.listener, generic, size) != 0 || ::listen(s.listener, SOMAXCONN) != 0 ||
      ::getsockname(s.listener, generic, &size) != 0) {
    throw std::runtime_error("the evil server cannot listen on 127.0.0.1");
  }
  s.port = ntohs(address.sin_port);
  s.acceptor = std::thread([&s] { s.accept_all(); });
}

EvilServer::~EvilServer() {
  State& s = *state_;
  ::shutdown(s.listener, SHUT_RDWR);
  s.acceptor.join();
  for (const int socket : s.sockets) ::shutdown(socket, SHUT_RDWR);
  for (std::thread& server : s.servers) server.join();
  for (const int socket : s.sockets) ::close(socket);
  ::close(s.listener);
}

std::string EvilServer::uri() const {
  return fmt::format("ldap{}://127.0.0.1:{}", state_->options.tls ? "s" : "", state_->port);
}
int EvilServer::port() const { return state_->port; }
int EvilServer::connections() const { return state_->accepted; }
int EvilServer::requests() const { return state_->requests; }
int EvilServer::passwords() const { return state_->passwords; }
std::size_t EvilServer::most_sent() const { return state_->most_sent; }

bool EvilServer::all_closed() const {
  const auto until = std::chrono::steady_clock::now() + 2s;
  while (state_->open != 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  return state_->open == 0;
}

Reply accept(const Asked& asked) {
  if (asked.operation == Asked::bind) return {ldap_message(asked.id, ldap_result(0x61, 0))};
  if (asked.operation == Asked::extended && asked.name == kStartTls) {
    return {ldap_message(asked.id, ldap_result(0x78, 0)), Then::start_tls};
  }
  // As RFC 4511 §4.12 has it for requests that a server does not know.
  if (asked.operation == Asked::extended) return {ldap_message(asked.id, ldap_result(0x78, 2, "unknown request"))};
  return {};
}

}  // namespace tally::support
