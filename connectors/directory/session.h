// Session: a connection to a directory server that is bound, and trusted as far as the options ask.
//
//   prepare_process(options);                       // once, before threads
//   Result<Session> session = Session::open(options, Deadline::after(options.connect_deadline), now);
//   session->guard(deadline); … libldap calls with session->handle() …; session->release();
//
// Nothing outside the options decides how safe the connection is: the environment (LDAPTLS_REQCERT, ldaprc files) is
// ignored, every option that matters is set and read back, and after the handshake TLS is checked to be there. It only
// reads: no write operation of libldap is called in this library, and a test looks for their names in the binary.
// One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/deadline.h"
#include "connectors/directory/options.h"
#include "connectors/directory/session_connect.h"
#include "connectors/directory/tls_certificate.h"
#include "connectors/directory/watchdog.h"
#include "policy/base/result.h"

struct ldap;  // libldap's LDAP

namespace tally::directory {

/// Sets what libldap and Kerberos read from the process's environment only: LDAPNOINIT=1 and, for GSSAPI,
/// KRB5_CLIENT_KTNAME and KRB5CCNAME. Ignores SIGPIPE, because libldap writes to sockets that may be closed. To be
/// called for every directory before threads start, because setenv(3) is not safe beside getenv(3); open() calls it
/// too, which then changes nothing. Fails (unsupported) when two directories of one process want different keytabs or
/// caches: put the keys into one keytab, or use one credential cache collection.
base::Result<void> prepare_process(const LdapOptions& options);

class Session {
 public:
  /// Connects, makes the connection safe and binds, all before the deadline. `now` is only for explaining certificates.
  /// Errors: malformed or unsupported (options that contradict each other), not_found, unavailable, timed_out,
  /// untrusted (TLS; the sentence says what to check), denied (bind; with the reason that the server gives).
  /// KNOWN GAP: a Kerberos KDC that does not answer is waited for by libkrb5's own limits (krb5.conf), which the
  /// watchdog cannot shorten: those sockets are not ours.
  static base::Result<Session> open(const LdapOptions& options, const connectors::Deadline& deadline,
                                    base::Instant now);

  Session(Session&& other) noexcept;
  Session& operator=(Session&& other) noexcept;
  ~Session();

  /// For this library's own calls. Owned by the session.
  [[nodiscard]] ldap* handle() const { return ldap_; }

  /// Until release(), whatever hangs in a read or write of this connection ends when the deadline passes. The
  /// connection is then of no more use.
  void guard(const connectors::Deadline& deadline);
  /// True when the deadline passed, now or under an earlier guard(), and the connection was cut.
  bool release();
  /// Nothing more can be asked: set by whoever finds out.
  void lose() { lost_ = true; }
  [[nodiscard]] bool lost() const { return lost_; }
  /// Bytes that came over the network so far, those of TLS included.
  [[nodiscard]] std::uint64_t received() const { return *received_; }

  /// What libldap's result code means here: the code in words, the server's diagnostic text, and timed_out instead of
  /// "server down" when the watchdog cut the connection. `late` is release()'s answer.
  [[nodiscard]] base::Error error(int code, std::string_view doing, bool late) const;

  /// Who answered and how it is protected, each "name: value": TLS version and cipher, certificate digest and names,
  /// SSF.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  Session(int fd, ldap* handle)
      : fd_(fd),
        ldap_(handle),
        watchdog_(std::make_unique<Watchdog>()),
        received_(std::make_unique<std::uint64_t>(0)) {}
  void close();

  base::Result<void> make_safe(const LdapOptions& options, const Endpoint& endpoint,
                               const connectors::Deadline& deadline, base::Instant now);
  base::Result<void> check_tls(const LdapOptions& options, const Endpoint& endpoint, base::Instant now);
  base::Result<void> identify(const LdapOptions& options, const Endpoint& endpoint,
                              const connectors::Deadline& deadline);
  base::Result<void> check_sealing(const LdapOptions& options);

  int fd_ = -1;  ///< closed by libldap with the handle
  ldap* ldap_ = nullptr;
  std::unique_ptr<Watchdog> watchdog_;
  std::unique_ptr<std::uint64_t> received_;  ///< counted by the connection itself, wherever this object is moved to
  bool cut_ = false;
  bool lost_ = false;
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
