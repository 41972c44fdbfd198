#include "connectors/directory/session_options.h"

#include <fmt/format.h>
#include <ldap.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "connectors/directory/receive_buffer.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// Debian's bundle, used when the options name no CA file (package ca-certificates).
constexpr const char* kSystemCaFile = "/etc/ssl/certs/ca-certificates.crt";
/// One message of a server, a group with a million member DNs included. libldap itself knows no bound.
constexpr ber_len_t kMaxMessageBytes = 128UL << 20U;

tl::unexpected<base::Error> refused(std::string_view name) {
  return failure(ErrorKind::unsupported, fmt::format("libldap does not keep the option {}: refusing to connect", name));
}

/// Sets numbers and strings one after the other and remembers the first that did not stick.
class Setter {
 public:
  explicit Setter(LDAP* handle) : handle_(handle) {}

  void number(const char* name, int option, int value) {
    int back = ~value;
    if (ldap_set_option(handle_, option, &value) != LDAP_OPT_SUCCESS ||
        ldap_get_option(handle_, option, &back) != LDAP_OPT_SUCCESS || back != value) {
      fail(name);
    }
  }
  void flag(const char* name, int option, bool on) {
    int back = -1;
    if (ldap_set_option(handle_, option, on ? LDAP_OPT_ON : LDAP_OPT_OFF) != LDAP_OPT_SUCCESS ||
        ldap_get_option(handle_, option, &back) != LDAP_OPT_SUCCESS || (back != 0) != on) {
      fail(name);
    }
  }
  /// "" clears.
  void text(const char* name, int option, const std::string& value) {
    char* raw = nullptr;
    if (ldap_set_option(handle_, option, value.empty() ? nullptr : value.c_str()) != LDAP_OPT_SUCCESS ||
        ldap_get_option(handle_, option, &raw) != LDAP_OPT_SUCCESS) {
      return fail(name);
    }
    const std::unique_ptr<char, decltype(&ldap_memfree)> back(raw, &ldap_memfree);
    if ((raw == nullptr ? std::string_view{} : raw) != value) fail(name);
  }
  /// No timeout of libldap's own: the Watchdog ends waits (libldap's go wrong inside TLS handshakes).
  void no_timeout(const char* name, int option) {
    const timeval never{-1, 0};
    timeval* back = nullptr;
    if (ldap_set_option(handle_, option, &never) != LDAP_OPT_SUCCESS ||
        ldap_get_option(handle_, option, &back) != LDAP_OPT_SUCCESS || back != nullptr) {
      ldap_memfree(back);
      fail(name);
    }
  }
  void write_only(const char* name, int option, const void* value) {
    if (ldap_set_option(handle_, option, value) != LDAP_OPT_SUCCESS) fail(name);
  }
  [[nodiscard]] base::Result<void> outcome() const {
    if (first_ != nullptr) return refused(first_);
    return {};
  }

 private:
  void fail(const char* name) {
    if (first_ == nullptr) first_ = name;
  }
  LDAP* handle_;
  const char* first_ = nullptr;
};

void set_protocol(Setter& set) {
  set.number("PROTOCOL_VERSION", LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3);
  set.number("DEREF", LDAP_OPT_DEREF, LDAP_DEREF_NEVER);
  set.number("SIZELIMIT", LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT);
  set.number("TIMELIMIT", LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT);
  set.flag("REFERRALS", LDAP_OPT_REFERRALS, false);
  set.flag("RESTART", LDAP_OPT_RESTART, true);
  set.flag("CONNECT_ASYNC", LDAP_OPT_CONNECT_ASYNC, false);
  set.no_timeout("TIMEOUT", LDAP_OPT_TIMEOUT);
  set.no_timeout("NETWORK_TIMEOUT", LDAP_OPT_NETWORK_TIMEOUT);
}

void set_tls(Setter& set, const LdapOptions& options, CertificateCheck check) {
  set.number("X_TLS_REQUIRE_CERT", LDAP_OPT_X_TLS_REQUIRE_CERT,
             check == CertificateCheck::demand ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER);
  set.number("X_TLS_PROTOCOL_MIN", LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
  // None: what the environment asks for is gone, GnuTLS's NORMAL stays. A suite of our own would leave 8 KB behind with
  // each connection (libldap's tlsg_ctx_init() forgets the first priority set). Session::check_tls refuses TLS
  // below 1.2.
  set.text("X_TLS_CIPHER_SUITE", LDAP_OPT_X_TLS_CIPHER_SUITE, "");
  set.text("X_TLS_CACERTDIR", LDAP_OPT_X_TLS_CACERTDIR, "");
  set.text("X_TLS_CACERTFILE", LDAP_OPT_X_TLS_CACERTFILE,
           options.ca_file.empty() ? std::string(kSystemCaFile) : options.ca_file);
  set.text("X_TLS_CERTFILE", LDAP_OPT_X_TLS_CERTFILE, options.client_certificate);
  set.text("X_TLS_KEYFILE", LDAP_OPT_X_TLS_KEYFILE, options.client_key);
  set.text("X_TLS_CRLFILE", LDAP_OPT_X_TLS_CRLFILE, "");
}

void set_sasl(Setter& set, const LdapOptions& options) {
  // Over TLS the mechanism adds no layer of its own (AD refuses one, MS-ADTS 5.1.1.1.2); without, it must encrypt.
  const bool tls = options.security == Security::starttls || options.security == Security::ldaps;
  set.write_only("X_SASL_SECPROPS", LDAP_OPT_X_SASL_SECPROPS,
                 options.security == Security::sasl ? "noanonymous,noplain,minssf=56"
                 : tls                              ? "noanonymous,noplain,maxssf=0"
                                                    : "noanonymous,noplain");
  set.flag("X_SASL_NOCANON", LDAP_OPT_X_SASL_NOCANON, true);
  set.number("X_SASL_CBINDING", LDAP_OPT_X_SASL_CBINDING,
             tls ? LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT : LDAP_OPT_X_SASL_CBINDING_NONE);
}

tl::unexpected<base::Error> contradiction(std::string message) {
  return failure(ErrorKind::malformed, std::move(message));
}

base::Result<void> check_scheme(const LdapOptions& options, const Endpoint& endpoint) {
  using Scheme = Endpoint::Scheme;
  const bool local = options.security == Security::local;
  const Scheme wanted = local ? Scheme::ldapi : options.security == Security::ldaps ? Scheme::ldaps : Scheme::ldap;
  if (endpoint.scheme == wanted) return {};
  static constexpr const char* kSchemes[] = {"ldap://", "ldaps://", "ldapi://"};
  return contradiction(fmt::format("the security chosen needs an address that begins with {}, but it is {}",
                                   kSchemes[static_cast<int>(wanted)], endpoint.uri()));
}

base::Result<void> check_bind(const LdapOptions& options, const Endpoint& endpoint) {
  const bool tls = options.security == Security::starttls || options.security == Security::ldaps;
  if (options.security == Security::sasl && options.bind != Bind::gssapi) {
    return contradiction("security \"sasl\" needs bind \"gssapi\": nothing else signs and seals");
  }
  if (options.security == Security::none && (options.bind == Bind::gssapi || options.bind == Bind::external)) {
    return contradiction("security \"none\" fits only an anonymous bind, or a simple one to a loopback address");
  }
  if (options.bind == Bind::external && tls && options.client_certificate.empty()) {
    return contradiction("bind \"external\" over TLS needs a client certificate and its key");
  }
  if (options.bind != Bind::simple) return {};
  if (options.bind_dn.empty()) return contradiction("a simple bind needs a bind DN");
  if (options.password.empty()) {
    return failure(
        ErrorKind::denied,
        "the password is empty: the server would take that for an anonymous bind and say success (RFC 4513 §5.1.2)");
  }
  if (options.security == Security::none && !(options.allow_plaintext && endpoint.loopback())) {
    return failure(ErrorKind::denied,
                   "a password is sent in clear only to a loopback address (127.0.0.1, ::1), and only with "
                   "allow_plaintext: use starttls or ldaps");
  }
  return {};
}

base::Result<void> check_file(std::string_view what, const std::string& path) {
  if (path.empty() || ::access(path.c_str(), R_OK) == 0) return {};
  return base::system_failure(fmt::format("cannot read the {} {}", what, path), errno);
}

}  // namespace

base::Result<void> check_options(const LdapOptions& options, const Endpoint& endpoint) {
  if (auto ok = check_scheme(options, endpoint); !ok) return ok;
  if (auto ok = check_bind(options, endpoint); !ok) return ok;
  if (auto ok = check_file("CA file", options.ca_file); !ok) return ok;
  if (auto ok = check_file("client certificate", options.client_certificate); !ok) return ok;
  if (auto ok = check_file("client key", options.client_key); !ok) return ok;
  return check_file("keytab", options.keytab.starts_with("FILE:") ? options.keytab.substr(5) : options.keytab);
}

base::Result<void> set_options(ldap* handle, const LdapOptions& options, CertificateCheck check,
                               std::uint64_t& received) {
  Setter set(handle);
  set_protocol(set);
  set_tls(set, options, check);
  set_sasl(set, options);
  if (auto ok = set.outcome(); !ok) return ok;

  Sockbuf* socket = nullptr;
  ber_len_t most = kMaxMessageBytes;
  if (ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket) != LDAP_OPT_SUCCESS ||
      ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &most) < 0) {
    return refused("MAX_INCOMING");
  }
  if (!add_receive_buffer(socket, received)) return refused("READAHEAD");
  // The TLS context is made from the options only now; later changes would not be seen.
  const int client = 0;
  const bool tls = options.security == Security::starttls || options.security == Security::ldaps;
  if (tls && ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS) {
    return failure(
        ErrorKind::untrusted,
        fmt::format("the certificates cannot be loaded: check that {} holds PEM certificates{}",
                    options.ca_file.empty() ? kSystemCaFile : options.ca_file.c_str(),
                    options.client_certificate.empty() ? "" : " and that the client certificate fits its key"));
  }
  return {};
}

}  // namespace tally::directory
