// Why a TLS handshake failed, in words. libldap on GnuTLS says only "Connect error" for an unknown CA, a wrong name and
// an expired certificate alike, so we look at the certificate ourselves on a second connection.
//
//   explain_tls_refusal(certificate, "dc1.corp.example", ca_file, now)
//   →  "its certificate is for dc2.corp.example, not for dc1.corp.example"
#pragma once

#include <string>

#include "connectors/directory/session_connect.h"
#include "connectors/directory/tls_certificate.h"

namespace tally::directory {

/// What an administrator should check, given the certificate that was refused.
std::string explain_tls_refusal(const ServerCertificate& certificate, const Endpoint& endpoint,
                                const std::string& ca_file, base::Instant now);

}  // namespace tally::directory
