// What the tests of live directories share: options that fit a test server, and shapes of coverage to compare.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

#include "connectors/directory/options.h"
#include "connectors/directory/session.h"
#include "tests/support/ds389.h"
#include "tests/support/samba_ad.h"
#include "tests/support/slapd.h"

namespace tally::directory::lab {

using namespace std::chrono_literals;

inline base::Instant now() { return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now()); }

/// A simple bind of the reader with StartTLS.
inline LdapOptions reader_of(const support::Slapd& server) {
  LdapOptions o;
  o.profile.name = "lab";
  o.profile.bases = {server.suffix()};
  o.profile.default_password_policy = "cn=default,ou=policies," + server.suffix();
  o.uri = server.uri();
  o.security = Security::starttls;
  o.bind = Bind::simple;
  o.bind_dn = server.reader_dn();
  o.password = base::Secret(server.reader_password());
  o.ca_file = server.ca_file();
  o.connect_deadline = 10s;
  o.request_deadline = 20s;
  o.total_deadline = 60s;
  return o;
}

/// The reader without TLS, over loopback.
inline LdapOptions reader_of(const support::Ds389& server) {
  LdapOptions o;
  o.profile.name = "lab";
  o.profile.dialect = Dialect::ds389;
  o.profile.bases = {server.suffix()};
  o.uri = server.uri();
  o.security = Security::none;
  o.allow_plaintext = true;
  o.bind = Bind::simple;
  o.bind_dn = server.reader_dn();
  o.password = base::Secret(server.reader_password());
  o.connect_deadline = 20s;
  o.request_deadline = 60s;
  o.total_deadline = 120s;
  return o;
}

/// The reader over LDAPS; for a thread inside the server's namespace.
inline LdapOptions reader_of(const support::SambaAd& server) {
  LdapOptions o;
  o.profile.name = "lab-ad";
  o.profile.dialect = Dialect::active_directory;
  o.profile.bases = {server.base_dn()};
  o.uri = server.tls_uri();
  o.security = Security::ldaps;
  o.bind = Bind::simple;
  o.bind_dn = server.reader_dn();
  o.password = base::Secret(server.reader_password());
  o.ca_file = server.ca_file();
  o.connect_deadline = 20s;
  o.request_deadline = 60s;
  o.total_deadline = 120s;
  return o;
}

inline base::Result<Session> open(const LdapOptions& options) {
  return Session::open(options, connectors::Deadline::after(options.connect_deadline), now());
}

/// "" when the session opens, else "kind: message".
inline std::string refusal(const LdapOptions& options) {
  const auto session = open(options);
  if (session) return "";
  return std::string(base::to_string(session.error().kind)) + ": " + session.error().message;
}

}  // namespace tally::directory::lab
