// EvilServer: an LDAP server on 127.0.0.1 that answers each request with the bytes that the test gives it, and then
// goes on, falls silent, dribbles or hangs up; in clear, over TLS or after StartTLS.
//
//   EvilServer server({.script = [](const Asked& asked) -> Reply {
//     if (asked.operation == Asked::search) return {ldap_entry(asked.id, "cn=a,dc=t", {}), Then::stall};
//     return {accept(asked)};
//   }});
//   options.uri = server.uri();
//
// Each connection has a thread of its own; the script is called by one at a time. Not a directory: see tree_of() in
// evil_tree.h for a script that behaves.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::support {

/// A request (RFC 4511).
struct Asked {
  enum Operation : unsigned char { bind = 0x60, unbind = 0x42, search = 0x63, abandon = 0x50, extended = 0x77 };
  int connection = 0;  ///< 1 for the first that was accepted
  int number = 0;      ///< 1 for the first request of the connection
  int id = 0;
  unsigned char operation = 0;
  std::string name;      ///< of a bind: the DN; of an extended request: the OID
  std::string password;  ///< of a simple bind
  std::string base;
  int scope = 0;
  std::string filter;  ///< its BER, in which the values stand as they are
  std::vector<std::string> attributes;
  std::optional<std::uint32_t> page_size;  ///< RFC 2696
  std::string cookie;
  std::optional<std::string> dirsync;  ///< the value of that control (MS-ADTS 3.1.1.3.4.1.3), when it is critical
};

enum class Then {
  listen_on,
  close,
  reset,      ///< RST instead of FIN
  stall,      ///< never says anything again
  drip,       ///< sends the reply a byte at a time, then stalls
  start_tls,  ///< the reply goes out in clear, the handshake follows
};

struct Reply {
  std::string bytes = {};
  Then then = Then::listen_on;
};

struct EvilOptions {
  std::function<Reply(const Asked&)> script;
  /// What happens with a connection before anything was asked.
  Then on_connect = Then::listen_on;
  /// PEM; needed for TLS.
  std::filesystem::path certificate = {}, key = {};
  bool tls = false;  ///< from the first byte (ldaps://)
  /// A connection ends after so many bytes of LDAP from the server.
  std::size_t close_after = std::numeric_limits<std::size_t>::max();
  std::chrono::milliseconds drip_every{1000};
};

class EvilServer {
 public:
  /// Throws std::runtime_error when it cannot listen or the certificate cannot be used.
  explicit EvilServer(EvilOptions options);
  EvilServer(const EvilServer&) = delete;
  EvilServer& operator=(const EvilServer&) = delete;
  /// Ends all connections.
  ~EvilServer();

  /// ldap://127.0.0.1:PORT, ldaps:// when it speaks TLS from the first byte.
  [[nodiscard]] std::string uri() const;
  [[nodiscard]] int port() const;
  [[nodiscard]] int connections() const;  ///< accepted so far
  [[nodiscard]] int requests() const;     ///< taken so far
  [[nodiscard]] int passwords() const;    ///< binds with a password seen so far
  /// Bytes of LDAP sent on the connection that got most of them.
  [[nodiscard]] std::size_t most_sent() const;
  /// True once no accepted connection is open any more, waiting up to two seconds.
  [[nodiscard]] bool all_closed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Success for a bind and for StartTLS (which then begins), a protocolError for other extended requests; nothing for
/// what needs no answer or is a search.
Reply accept(const Asked& asked);

}  // namespace tally::support
