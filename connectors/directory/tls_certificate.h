// What a server's certificate says of itself, read only to explain a refusal and to record who answered.
//
//   std::optional<ServerCertificate> c = read_certificate(der);
//   c->names  →  {"dc1.corp.example", "10.0.0.7"}
//
// Not a verification: GnuTLS inside libldap decides whether a certificate is trusted. Nothing here can make it more so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/time.h"

namespace tally::directory {

struct ServerCertificate {
  std::vector<std::string>
      names;                    ///< DNS names and IP addresses of subjectAltName; the common name when there are none
  std::string subject, issuer;  ///< "CN=lab CA, O=lab": the attributes that people know
  base::Instant not_before, not_after;
  base::Digest digest;       ///< SHA-256 of the DER bytes
  bool self_issued = false;  ///< issuer and subject are the same bytes
  /// False when extendedKeyUsage (RFC 5280 §4.2.1.12) is there and names neither TLS servers nor any use: a CA that
  /// gives everybody a certificate for mail or for signing in does not let them all be the directory.
  bool for_servers = true;
};

/// Reads a DER certificate (RFC 5280 §4.1); nothing when it is malformed. Safe on hostile bytes.
std::optional<ServerCertificate> read_certificate(std::string_view der);

/// True when `host` is one of the names (ASCII case ignored; "*." stands for one label, RFC 6125 §6.4.3).
bool names_host(const ServerCertificate& certificate, std::string_view host);

}  // namespace tally::directory
