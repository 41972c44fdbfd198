// HttpServer: small requests, small answers, and nobody who can keep the others waiting. By Boost.Beast, whose headers
// stay in http_server.cpp.
//
//   auto server = HttpServer::listen("127.0.0.1:7380");        // or adopt(3), from systemd
//   server->run([&](const Request& request) { return answer(request); });      // until SIGTERM, SIGINT or stop()
//
// One request a connection. Who has not sent it whole after kRequestDeadline is cut off, byte by byte or not; when all
// places are taken, the one that has let us wait longest makes room. No TLS: what a witness says is public and signed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/witness/answer.h"
#include "policy/base/result.h"

namespace tally::witness {

struct Request {
  std::string method;  ///< "GET"
  std::string target;  ///< as sent: "/add-checkpoint"
  std::string body;
};

/// Called from kServerThreads threads. Must not throw.
using Handler = std::function<Answer(const Request&)>;

inline constexpr std::size_t kMaxConnections = 64;
inline constexpr std::uint32_t kMaxHeaderBytes = 8 * 1024;
inline constexpr std::size_t kServerThreads = 4;
inline constexpr std::chrono::seconds kRequestDeadline{10};
inline constexpr std::chrono::seconds kAnswerDeadline{10};

class HttpServer {
 public:
  /// ADDRESS:PORT, an IPv6 address in brackets. Kind `malformed`, or what the operating system says.
  static base::Result<HttpServer> listen(const std::string& address);
  /// A listening TCP socket that somebody else made (sd_listen_fds(3)).
  static base::Result<HttpServer> adopt(int fd);
  HttpServer(HttpServer&&) noexcept;
  ~HttpServer();

  /// As text, with the port that was really taken.
  [[nodiscard]] std::string address() const;
  /// Serves until a signal or stop(). Kind `io` when it cannot go on.
  base::Result<void> run(Handler handler);
  /// From any thread, the handler's too: run() returns once the answers under way are written.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::witness
