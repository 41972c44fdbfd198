// Where a directory server is, and a connected socket to it, in bounded time.
//
//   Result<Endpoint> where = Endpoint::parse("ldaps://dc1.corp.example:636");
//   Result<int> fd = connect_to(*where, Deadline::after(10s));
//
// We connect ourselves and hand the descriptor to libldap: its own connect knows no deadline for name resolution, tries
// referrals and alternatives that nobody asked for, and hides the descriptor that the Watchdog needs.
#pragma once

#include <string>
#include <string_view>

#include "connectors/deadline.h"
#include "policy/base/result.h"

namespace tally::directory {

struct Endpoint {
  enum class Scheme { ldap, ldaps, ldapi };
  Scheme scheme = Scheme::ldap;
  std::string host;          ///< as written, without the brackets of an IPv6 literal; the socket's path for ldapi
  std::string port = "389";  ///< 636 for ldaps; empty for ldapi

  /// Reads ldap://host[:port], ldaps://host[:port] or ldapi://%2Fpath (RFC 4516 §2, one host, nothing after it but
  /// "/").
  static base::Result<Endpoint> parse(std::string_view uri);
  /// The same as a URI that libldap reads.
  [[nodiscard]] std::string uri() const;
  /// "dc1.corp.example port 636", for messages.
  [[nodiscard]] std::string in_words() const;
  /// The host is an address in 127.0.0.0/8 or ::1, or a Unix socket. A name, even "localhost", is not: it can resolve
  /// to anything.
  [[nodiscard]] bool loopback() const;
};

/// A connected, blocking, close-on-exec stream socket. All addresses of the host are tried in the resolver's order.
/// Errors: not_found (the name), unavailable (refused, unreachable), timed_out. The caller closes it.
base::Result<int> connect_to(const Endpoint& endpoint, const connectors::Deadline& deadline);

}  // namespace tally::directory
