#include "daemon/witness/http_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/ledger/lines.h"
#include "daemon/ledger/witness_protocol.h"

namespace tally::witness {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using base::ErrorKind;
using base::failure;
using boost::system::error_code;
using net::ip::tcp;

constexpr int kPayloadTooLarge = 413, kBadRequest = 400;

tl::unexpected<base::Error> refused(const std::string& what, const error_code& error) {
  return failure(error == net::error::access_denied ? ErrorKind::denied : ErrorKind::io,
                 fmt::format("{}: {}", what, error.message()));
}

std::optional<tcp::endpoint> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = ledger::parse_decimal(std::string_view(text).substr(colon + 1));
  error_code error;
  const auto address = net::ip::make_address(host, error);
  if (error || !port || *port > 65535) return std::nullopt;
  return tcp::endpoint(address, static_cast<std::uint16_t>(*port));
}

class Session;

/// Who is connected, in the order in which they came.
class Places {
 public:
  /// Makes room when all places are taken.
  void take(const std::shared_ptr<Session>& session);
  /// Without the lock: the last one who knows a session may be take() or clear().
  void leave() { --taken_; }
  /// Nobody waits any longer.
  void clear();

 private:
  std::mutex mutex_;
  std::atomic<std::size_t> taken_ = 0;
  std::deque<std::weak_ptr<Session>> waiting_;  ///< those that may still owe us their request
};

/// One connection: reads one request, answers it, closes. All of it runs on the socket's own strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Handler& handler, std::shared_ptr<Places> places)
      : stream_(std::move(socket)), handler_(handler), places_(std::move(places)) {
    parser_.header_limit(kMaxHeaderBytes);
    parser_.body_limit(ledger::kMaxAddCheckpointBytes);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { places_->leave(); }

  void start() {
    stream_.expires_after(kRequestDeadline);  // for the whole request, however many pieces it comes in
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->answer(error); });
  }
  /// Ends it unless its request is there already.
  void make_room() {
    net::post(stream_.get_executor(), [self = shared_from_this()] {
      if (!self->answering_) self->stream_.close();
    });
  }
  [[nodiscard]] bool answering() const { return answering_; }

 private:
  void answer(error_code error) {
    answering_ = true;
    Answer said;
    if (error == http::error::body_limit || error == http::error::header_limit) {
      said = {kPayloadTooLarge, "the request is too long\n"};
    } else if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      said = {kBadRequest, "this is not HTTP\n"};
    } else if (error) {
      return;  // gone, or cut off at its deadline
    } else {
      auto& message = parser_.get();
      said = handler_({std::string(message.method_string()), std::string(message.target()), std::move(message.body())});
    }
    response_.version(11);
    response_.result(static_cast<unsigned>(said.status));
    response_.set(http::field::content_type, said.type);
    response_.keep_alive(false);
    response_.body() = std::move(said.body);
    response_.prepare_payload();
    stream_.expires_after(kAnswerDeadline);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  const Handler& handler_;
  std::shared_ptr<Places> places_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> response_;
  std::atomic<bool> answering_ = false;
};

void Places::take(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mutex_);
  ++taken_;
  while (taken_ > kMaxConnections && !waiting_.empty()) {
    const auto longest = waiting_.front().lock();
    waiting_.pop_front();
    if (!longest || longest->answering()) continue;
    longest->make_room();
    break;
  }
  std::erase_if(waiting_, [](const std::weak_ptr<Session>& other) { return other.expired(); });
  waiting_.push_back(session);
}

void Places::clear() {
  const std::lock_guard lock(mutex_);
  for (const auto& other : std::exchange(waiting_, {})) {
    if (const auto session = other.lock()) session->make_room();
  }
}

}  // namespace

/// What waits here (not a Session) runs on one strand: one thread at a time.
struct HttpServer::State {
  net::io_context context{static_cast<int>(kServerThreads)};
  net::strand<net::io_context::executor_type> strand{context.get_executor()};
  tcp::acceptor acceptor{strand};
  net::signal_set signals{strand};
  net::steady_timer pause{strand};
  Handler handler;
  std::shared_ptr<Places> places = std::make_shared<Places>();

  void accept() {
    acceptor.async_accept(net::make_strand(context), [this](error_code error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (error) return accept_later();
      const auto session = std::make_shared<Session>(std::move(socket), handler, places);
      places->take(session);
      session->start();
      accept();
    });
  }
  /// No descriptors left, or a peer that went away while it waited: neither ends a server, and neither makes it spin.
  void accept_later() {
    pause.expires_after(std::chrono::milliseconds(50));
    pause.async_wait([this](error_code error) {
      if (!error && acceptor.is_open()) accept();
    });
  }
  void close() {
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    pause.cancel();
    places->clear();
  }
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

base::Result<HttpServer> HttpServer::listen(const std::string& address) {
  const auto endpoint = parse_address(address);
  if (!endpoint) {
    return failure(ErrorKind::malformed,
                   fmt::format("\"{}\" is not ADDRESS:PORT, such as 127.0.0.1:7380 or [::1]:7380", address));
  }
  auto state = std::make_unique<State>();
  error_code error;
  tcp::acceptor& acceptor = state->acceptor;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) return refused(address, error);
  return HttpServer(std::move(state));
}

base::Result<HttpServer> HttpServer::adopt(int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  int listening = 0;
  socklen_t flag_length = sizeof listening;
  const bool is_listener = ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length) == 0 &&
                           ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &flag_length) == 0 && listening != 0;
  if (!is_listener || (name.ss_family != AF_INET && name.ss_family != AF_INET6)) {
    return failure(ErrorKind::malformed, fmt::format("descriptor {} is no listening TCP socket", fd));
  }
  auto state = std::make_unique<State>();
  error_code error;
  state->acceptor.assign(name.ss_family == AF_INET ? tcp::v4() : tcp::v6(), fd, error);
  if (error) return refused(fmt::format("descriptor {}", fd), error);
  return HttpServer(std::move(state));
}

std::string HttpServer::address() const {
  error_code error;
  const tcp::endpoint endpoint = state_->acceptor.local_endpoint(error);
  if (error) return "closed";
  const bool v6 = endpoint.protocol() == tcp::v6();
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.address().to_string(), v6 ? "]" : "", endpoint.port());
}

base::Result<void> HttpServer::run(Handler handler) {
  State& state = *state_;
  state.handler = std::move(handler);
  error_code error;
  state.signals.add(SIGTERM, error);
  if (!error) state.signals.add(SIGINT, error);
  if (error) return refused("signals", error);
  state.signals.async_wait([&state](error_code cancelled, int) {
    if (!cancelled) state.close();
  });
  state.accept();
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 1; i < kServerThreads; ++i) threads.emplace_back([&state] { state.context.run(); });
    state.context.run();
  } catch (const std::exception& trouble) {  // no memory, no threads
    state.context.stop();
    return failure(ErrorKind::io, fmt::format("the server cannot go on: {}", trouble.what()));
  }
  return {};
}

void HttpServer::stop() {
  net::post(state_->strand, [state = state_.get()] { state->close(); });
}

}  // namespace tally::witness
