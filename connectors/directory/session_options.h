// The options of one libldap handle: all that matters for safety is set, then read back, so that neither the
// environment nor an ldaprc file nor a changed default of libldap decides anything.
//
//   if (auto set = set_options(handle, options, CertificateCheck::demand); !set) return …;
//
// Process-wide options of libldap are never touched.
#pragma once

#include "connectors/directory/options.h"
#include "connectors/directory/session_connect.h"
#include "policy/base/result.h"

struct ldap;

namespace tally::directory {

enum class CertificateCheck : std::uint8_t {
  demand,  ///< the certificate must be valid, from a known CA and for this host
  look,    ///< any: only for a connection that asks who is there and then hangs up, never binding
};

/// Whether the options fit together: scheme and security, bind and password. Errors: malformed, unsupported, denied (an
/// empty password, a password in clear to another host), not_found (a certificate file).
base::Result<void> check_options(const LdapOptions& options, const Endpoint& endpoint);

/// Error (unsupported) when this libldap does not take an option or reads back another value; untrusted when the CA
/// file cannot be loaded. `received` counts what comes in, and must outlive the handle.
base::Result<void> set_options(ldap* handle, const LdapOptions& options, CertificateCheck check,
                               std::uint64_t& received);

}  // namespace tally::directory
