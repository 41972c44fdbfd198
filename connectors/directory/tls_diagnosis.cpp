#include "connectors/directory/tls_diagnosis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tally::directory {

std::string explain_tls_refusal(const ServerCertificate& certificate, const Endpoint& endpoint,
                                const std::string& ca_file, base::Instant now) {
  if (now > certificate.not_after) {
    return fmt::format("its certificate expired at {}: it has to be renewed there",
                       base::format_instant(certificate.not_after));
  }
  if (now < certificate.not_before) {
    return fmt::format("its certificate is valid only from {} on: check the clocks of both machines",
                       base::format_instant(certificate.not_before));
  }
  if (!certificate.for_servers) {
    return "its certificate is not for TLS servers (extendedKeyUsage without serverAuth): it needs another one";
  }
  if (!names_host(certificate, endpoint.host)) {
    // libldap compares the machine's own name instead of "localhost".
    return fmt::format(
        "its certificate is for {}, not for {}: write one of its names into uri, or have it reissued{}",
        certificate.names.empty() ? "no name at all" : fmt::format("{}", fmt::join(certificate.names, ", ")),
        endpoint.host, endpoint.host == "localhost" ? " (use 127.0.0.1 or the host's own name)" : "");
  }
  return fmt::format(
      "its certificate is {}, which {} does not vouch for: its CA, and any CA between, "
      "belong into ca_file",
      certificate.self_issued ? "self-signed" : fmt::format("signed by \"{}\"", certificate.issuer),
      ca_file.empty() ? "the system's list of CAs" : "the CA file " + ca_file);
}

}  // namespace tally::directory
