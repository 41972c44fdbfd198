// StallingServer: accepts connections on 127.0.0.1 and then lets the client wait, as a broken or hostile server would.
//
//   Result<StallingServer> server = StallingServer::start(Stall::silent);
//   connect(server->tls_uri(), deadline 2 s);   // must end at its deadline, saying so
//
// Not an LDAP server: it knows the StartTLS request and nothing else.
#pragma once

#include <memory>
#include <string>

#include "policy/base/result.h"

namespace tally::support {

enum class Stall {
  silent,           ///< never writes a byte
  byte_a_second,    ///< writes one zero byte a second for ever
  after_start_tls,  ///< answers the StartTLS extended request (RFC 4511 §4.14) with success, then never writes again
  after_start_tls_byte_a_second,  ///< the same, then one zero byte a second into the handshake
};

class StallingServer {
 public:
  static base::Result<StallingServer> start(Stall stall);
  StallingServer(StallingServer&&) noexcept;
  StallingServer& operator=(StallingServer&&) noexcept;
  ~StallingServer();

  [[nodiscard]] int port() const;
  /// ldap://127.0.0.1:PORT
  [[nodiscard]] std::string uri() const;
  /// ldaps://127.0.0.1:PORT (the TLS handshake stalls)
  [[nodiscard]] std::string tls_uri() const;
  /// Connections accepted so far.
  [[nodiscard]] int accepted() const;
  /// True once no accepted connection is open any more, waiting up to a second: the client has let go.
  [[nodiscard]] bool all_closed() const;

 private:
  struct State;
  explicit StallingServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::support
