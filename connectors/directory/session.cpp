#include "connectors/directory/session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ldap.h>
#include <openldap.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "connectors/directory/bind.h"
#include "connectors/directory/session_options.h"
#include "connectors/directory/tls_diagnosis.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// A cache of our own in memory: tickets that somebody else left in the user's default cache must not decide who we
/// are.
constexpr const char* kOwnCache = "MEMORY:tallystick";
/// Sealing with less is not sealing (DES has 56, AES 128 or 256).
constexpr ber_len_t kLeastSealing = 56;

/// How long saying good-bye may take.
constexpr std::chrono::seconds kFarewell{1};

struct KerberosChoice {
  std::string keytab;
  std::string cache;
  bool operator==(const KerberosChoice&) const = default;
};

bool wants_tls(Security security) { return security == Security::starttls || security == Security::ldaps; }

std::string text_option(LDAP* handle, int option) {
  char* raw = nullptr;
  if (ldap_get_option(handle, option, &raw) != LDAP_OPT_SUCCESS || raw == nullptr) return {};
  const std::unique_ptr<char, decltype(&ldap_memfree)> text(raw, &ldap_memfree);
  return text.get();
}

std::optional<ServerCertificate> peer_certificate(LDAP* handle) {
  berval der{};
  if (ldap_get_option(handle, LDAP_OPT_X_TLS_PEERCERT, &der) != LDAP_OPT_SUCCESS || der.bv_val == nullptr) return {};
  auto out = read_certificate({der.bv_val, der.bv_len});
  ldap_memfree(der.bv_val);
  return out;
}

int start_tls(LDAP* handle, Security security) {
  return security == Security::ldaps ? ldap_install_tls(handle) : ldap_start_tls_s(handle, nullptr, nullptr);
}

/// A handle on the connected socket, which it owns from now on, also on failure.
base::Result<LDAP*> wrap(int fd, const Endpoint& endpoint) {
  LDAP* handle = nullptr;
  const int protocol = endpoint.scheme == Endpoint::Scheme::ldapi ? LDAP_PROTO_IPC : LDAP_PROTO_TCP;
  const int code = ldap_init_fd(fd, protocol, endpoint.uri().c_str(), &handle);
  if (code == LDAP_SUCCESS) return handle;
  ::close(fd);
  return failure(ErrorKind::unsupported, fmt::format("libldap refuses {}: {}", endpoint.uri(), ldap_err2string(code)));
}

/// A second connection that takes any certificate, looks at it and hangs up: nothing is sent but the handshake.
std::optional<ServerCertificate> look_at_certificate(const LdapOptions& options, const Endpoint& endpoint,
                                                     const connectors::Deadline& deadline) {
  const auto fd = connect_to(endpoint, deadline);
  if (!fd) return {};
  const auto handle = wrap(*fd, endpoint);
  if (!handle) return {};
  std::optional<ServerCertificate> out;
  std::uint64_t received = 0;
  Watchdog watchdog;
  watchdog.guard(*fd, deadline);
  if (set_options(*handle, options, CertificateCheck::look, received) &&
      start_tls(*handle, options.security) == LDAP_SUCCESS) {
    out = peer_certificate(*handle);
  }
  watchdog.release();
  ldap_unbind_ext_s(*handle, nullptr, nullptr);
  return out;
}

base::Error tls_error(const LdapOptions& options, const Endpoint& endpoint, const connectors::Deadline& deadline,
                      base::Instant now) {
  const auto certificate = look_at_certificate(options, endpoint, deadline);
  return {ErrorKind::untrusted,
          fmt::format("TLS with {} was refused: {}", endpoint.in_words(),
                      certificate
                          ? explain_tls_refusal(*certificate, endpoint, options.ca_file, now)
                          : "the handshake failed before a certificate was seen (does this port speak TLS 1.2 "
                            "or 1.3? does the server insist on a client certificate? does the keyUsage of its own lack "
                            "digitalSignature?)")};
}

}  // namespace

base::Result<void> prepare_process(const LdapOptions& options) {
  // The environment is the process's, so is this memory of what was put there.
  static std::mutex mutex;
  static std::optional<KerberosChoice> chosen;
  const std::lock_guard lock(mutex);
  // libldap and GnuTLS write to sockets without MSG_NOSIGNAL: a server that hangs up must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  const char* no_init = std::getenv("LDAPNOINIT");
  if (no_init == nullptr || std::string_view(no_init) != "1") ::setenv("LDAPNOINIT", "1", 1);
  // libldap sets up its global options at its first call, and two threads that call first both do so.
  int version = 0;
  ldap_get_option(nullptr, LDAP_OPT_PROTOCOL_VERSION, &version);
  if (options.bind != Bind::gssapi || (options.keytab.empty() && options.credential_cache.empty())) return {};

  KerberosChoice wanted{options.keytab, options.credential_cache.empty() ? kOwnCache : options.credential_cache};
  if (chosen && *chosen == wanted) return {};
  if (chosen) {
    return failure(ErrorKind::unsupported,
                   "two directories of one process want different Kerberos keytabs or caches: put the keys into one "
                   "keytab");
  }
  if (!wanted.keytab.empty()) ::setenv("KRB5_CLIENT_KTNAME", wanted.keytab.c_str(), 1);
  ::setenv("KRB5CCNAME", wanted.cache.c_str(), 1);
  chosen = std::move(wanted);
  return {};
}

Session::Session(Session&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      ldap_(std::exchange(other.ldap_, nullptr)),
      watchdog_(std::move(other.watchdog_)),
      received_(std::move(other.received_)),
      cut_(other.cut_),
      lost_(other.lost_),
      notes_(std::move(other.notes_)) {}

Session& Session::operator=(Session&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    ldap_ = std::exchange(other.ldap_, nullptr);
    watchdog_ = std::move(other.watchdog_);
    received_ = std::move(other.received_);
    cut_ = other.cut_;
    lost_ = other.lost_;
    notes_ = std::move(other.notes_);
  }
  return *this;
}

Session::~Session() { close(); }

void Session::close() {
  if (ldap_ == nullptr) return;
  // The unbind notice may meet a full send buffer, so it has a deadline too. libldap closes the descriptor in the same
  // call, so the watchdog gets a second one for the same socket: the first number may be another file's by then.
  const int same_socket = ::dup(fd_);
  if (same_socket >= 0) watchdog_->guard(same_socket, connectors::Deadline::after(kFarewell));
  ldap_unbind_ext_s(std::exchange(ldap_, nullptr), nullptr, nullptr);
  watchdog_->release();
  if (same_socket >= 0) ::close(same_socket);
  fd_ = -1;
}

void Session::guard(const connectors::Deadline& deadline) { watchdog_->guard(fd_, deadline); }
bool Session::release() {
  cut_ = watchdog_->release() || cut_;
  return cut_;
}

base::Error Session::error(int code, std::string_view doing, bool late) const {
  if (late) return {ErrorKind::timed_out, fmt::format("{}: the server did not answer in time", doing)};
  const std::string diagnostic = base::displayable(text_option(ldap_, LDAP_OPT_DIAGNOSTIC_MESSAGE));
  ErrorKind kind = ErrorKind::unavailable;
  if (code == LDAP_INSUFFICIENT_ACCESS || LDAP_SECURITY_ERROR(code)) kind = ErrorKind::denied;
  if (code == LDAP_NO_SUCH_OBJECT) kind = ErrorKind::not_found;
  if (code == LDAP_DECODING_ERROR) kind = ErrorKind::malformed;
  return {kind, fmt::format("{}: {} ({}){}{}", doing, ldap_err2string(code), code, diagnostic.empty() ? "" : ": ",
                            diagnostic)};
}

base::Result<void> Session::check_tls(const LdapOptions& options, const Endpoint& endpoint, base::Instant now) {
  if (!wants_tls(options.security)) return {};
  const std::string version = text_option(ldap_, LDAP_OPT_X_TLS_VERSION);
  int check = LDAP_OPT_X_TLS_NEVER;
  ldap_get_option(ldap_, LDAP_OPT_X_TLS_REQUIRE_CERT, &check);
  if (ldap_tls_inplace(ldap_) != 1 || check != LDAP_OPT_X_TLS_DEMAND || (version != "TLS1.2" && version != "TLS1.3")) {
    return failure(
        ErrorKind::untrusted,
        fmt::format("the connection is not protected as asked for: TLS version \"{}\", and TLS1.2 is the least",
                    version));
  }
  notes_.push_back(fmt::format("tls: {} {}", version, text_option(ldap_, LDAP_OPT_X_TLS_CIPHER)));
  if (const auto certificate = peer_certificate(ldap_)) {
    // GnuTLS leaves this to its callers, and libldap does not do it.
    if (!certificate->for_servers) {
      return failure(ErrorKind::untrusted,
                     fmt::format("TLS with {} was refused: {}", endpoint.in_words(),
                                 explain_tls_refusal(*certificate, endpoint, options.ca_file, now)));
    }
    notes_.push_back("tls-certificate-sha256: " + certificate->digest.hex());
    notes_.push_back(fmt::format("tls-certificate-names: {}", fmt::join(certificate->names, ", ")));
    notes_.push_back("tls-certificate-expires: " + base::format_instant(certificate->not_after));
  }
  return {};
}

base::Result<void> Session::check_sealing(const LdapOptions& options) {
  if (options.security != Security::sasl) return {};
  ber_len_t sealed = 0;
  ldap_get_option(ldap_, LDAP_OPT_X_SASL_SSF, &sealed);
  if (sealed < kLeastSealing) {
    return failure(ErrorKind::untrusted, fmt::format("the mechanism does not encrypt (strength {})", sealed));
  }
  notes_.push_back(fmt::format("sasl: GSSAPI, strength {}", sealed));
  return {};
}

base::Result<void> Session::make_safe(const LdapOptions& options, const Endpoint& endpoint,
                                      const connectors::Deadline& deadline, base::Instant now) {
  if (!wants_tls(options.security)) return {};
  guard(deadline);
  const int code = start_tls(ldap_, options.security);
  if (release()) {
    return failure(ErrorKind::timed_out, fmt::format("TLS with {}: no answer in time", endpoint.in_words()));
  }
  if (code == LDAP_SUCCESS) return check_tls(options, endpoint, now);
  // Positive codes are the server's answer to StartTLS; the others mean that the handshake failed.
  if (code < 0) return tl::unexpected(tls_error(options, endpoint, deadline, now));
  return failure(ErrorKind::unsupported,
                 fmt::format("{} refuses StartTLS: {}: {}", endpoint.in_words(), ldap_err2string(code),
                             base::displayable(text_option(ldap_, LDAP_OPT_DIAGNOSTIC_MESSAGE))));
}

base::Result<void> Session::identify(const LdapOptions& options, const Endpoint& endpoint,
                                     const connectors::Deadline& deadline) {
  guard(deadline);
  const int code = bind(ldap_, options);
  const bool late = release();
  if (code == LDAP_SUCCESS) return check_sealing(options);
  base::Error refusal = error(code, fmt::format("binding to {}", endpoint.in_words()), late);
  if (late || code == LDAP_SERVER_DOWN) return tl::unexpected(refusal);
  refusal.kind = ErrorKind::denied;
  const auto why = explain_bind_refusal(code, refusal.message);
  if (!why.empty()) refusal.message += fmt::format(" - {}", why);
  return tl::unexpected(refusal);
}

base::Result<Session> Session::open(const LdapOptions& options, const connectors::Deadline& deadline,
                                    base::Instant now) {
  const auto endpoint = Endpoint::parse(options.uri);
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (auto ok = check_options(options, *endpoint); !ok) return tl::unexpected(ok.error());
  if (auto ok = prepare_process(options); !ok) return tl::unexpected(ok.error());
  const auto fd = connect_to(*endpoint, deadline);
  if (!fd) return tl::unexpected(fd.error());
  const auto handle = wrap(*fd, *endpoint);
  if (!handle) return tl::unexpected(handle.error());
  Session session(*fd, *handle);
  // In this order: no password leaves before the connection is safe.
  if (auto ok = set_options(*handle, options, CertificateCheck::demand, *session.received_); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = session.make_safe(options, *endpoint, deadline, now); !ok) return tl::unexpected(ok.error());
  if (auto ok = session.identify(options, *endpoint, deadline); !ok) return tl::unexpected(ok.error());
  return session;
}

}  // namespace tally::directory
