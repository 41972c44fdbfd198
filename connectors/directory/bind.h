// Binding: the four ways a session says who it is, and the server's refusals in words.
//
//   int code = bind(handle, options);          // under a Watchdog
//   if (code != LDAP_SUCCESS) explain_bind_refusal(code, diagnostic)
#pragma once

#include <string>
#include <string_view>

#include "connectors/directory/options.h"
#include "policy/base/result.h"

struct ldap;

namespace tally::directory {

/// Binds as the options say (checked by check_options before) and returns libldap's result code. Blocks.
int bind(ldap* handle, const LdapOptions& options);

/// Why a bind was refused, in words an administrator can act on: the AD sub-codes of error 49 (MS-ERREF, "data 52e"),
/// password policy texts of OpenLDAP and 389-ds, and what the common codes mean. "" when there is nothing to add.
std::string_view explain_bind_refusal(int code, std::string_view diagnostic);

}  // namespace tally::directory
