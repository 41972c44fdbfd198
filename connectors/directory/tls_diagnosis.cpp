#include "connectors/directory/tls_diagnosis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tally::directory {

std::string explain_tls_refusal(const ServerCertificate& certificate, const Endpoint& endpoint,
                                const std::string& ca_file, base::Instant now) {
  if (now > certificate.not_after) {
    return fmt::format("its certificate expired at {}", base::format_instant(certificate.not_after));
  }
  if (now < certificate.not_before) {
    return fmt::format("its certificate is valid only from {} on: check the clocks",
                       base::format_instant(certificate.not_before));
  }
  if (!names_host(certificate, endpoint.host)) {
    // libldap compares the machine's own name instead of "localhost".
    return fmt::format(
        "its certificate is for {}, not for {}{}",
        certificate.names.empty() ? "no name at all" : fmt::format("{}", fmt::join(certificate.names, ", ")),
        endpoint.host, endpoint.host == "localhost" ? " (use 127.0.0.1 or the host's own name)" : "");
  }
  return fmt::format("its certificate is {}, which {} does not vouch for: check the CA file",
                     certificate.self_issued ? "self-signed" : fmt::format("signed by \"{}\"", certificate.issuer),
                     ca_file.empty() ? "the system's list of CAs" : "the CA file " + ca_file);
}

}  // namespace tally::directory
