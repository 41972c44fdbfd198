#include "connectors/directory/bind.h"

#include <ldap.h>
#include <sasl/sasl.h>

#include <string>

namespace tally::directory {
namespace {

int simple_bind(LDAP* handle, const LdapOptions& options) {
  const std::string_view password = options.password.reveal();
  // libldap reads the value and does not change it; its type predates const.
  berval credentials{password.size(), const_cast<char*>(password.data())};
  return ldap_sasl_bind_s(handle, options.bind_dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
}

int external_bind(LDAP* handle) {
  char empty[] = "";
  berval no_other_identity{0, empty};
  return ldap_sasl_bind_s(handle, nullptr, "EXTERNAL", &no_other_identity, nullptr, nullptr, nullptr);
}

/// Answers every question of the mechanism (authorisation id, realm) with "the default".
int answer_with_defaults(LDAP*, unsigned, void*, void* questions) {
  for (auto* ask = static_cast<sasl_interact_t*>(questions); ask->id != SASL_CB_LIST_END; ++ask) {
    ask->result = "";
    ask->len = 0;
  }
  return LDAP_SUCCESS;
}

struct Meaning {
  std::string_view mark;
  std::string_view words;
};

/// AD's reasons, in hexadecimal behind "data" in the diagnostic text (system error codes of MS-ERREF 2.2).
constexpr Meaning kActiveDirectory[] = {
    {"data 525", "there is no such account"},
    {"data 52e", "wrong password, unknown account, or one that must use a smart card"},
    {"data 530", "the account may not sign in at this time of day"},
    {"data 531", "the account may not sign in from this machine"},
    {"data 532", "the account's password has expired"},
    {"data 533", "the account is disabled"},
    {"data 568", "the account is in too many groups"},
    {"data 701", "the account has expired"},
    {"data 773", "the account must change its password at the next sign-in"},
    {"data 775", "the account is locked out"},
};

constexpr Meaning kPasswordPolicies[] = {
    {"ccount locked", "the account is locked by the password policy"},
    {"ccount inactivated", "the account is disabled"},
    {"xceed password retry limit", "the account is locked out after too many wrong passwords"},
    {"assword expired", "the account's password has expired"},
    {"assword has expired", "the account's password has expired"},
};

std::string_view meaning_of(int code) {
  switch (code) {
    case LDAP_INVALID_CREDENTIALS: return "wrong name or password (or the server hides that the account is locked)";
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED: return "the server wants TLS or a signed connection for this bind";
    case LDAP_INAPPROPRIATE_AUTH: return "the server does not allow this kind of bind for this account";
    case LDAP_AUTH_METHOD_NOT_SUPPORTED: return "the server does not offer this kind of bind";
    case LDAP_UNWILLING_TO_PERFORM: return "the server's settings forbid this bind";
    case LDAP_NO_SUCH_OBJECT: return "there is no such account";
    default: return {};
  }
}

}  // namespace

int bind(ldap* handle, const LdapOptions& options) {
  switch (options.bind) {
    case Bind::anonymous: return LDAP_SUCCESS;  // a connection is anonymous until it binds (RFC 4511 §4.2)
    case Bind::simple: return simple_bind(handle, options);
    case Bind::external: return external_bind(handle);
    case Bind::gssapi:
      return ldap_sasl_interactive_bind_s(handle, nullptr, "GSSAPI", nullptr, nullptr, LDAP_SASL_QUIET,
                                          &answer_with_defaults, nullptr);
  }
  return LDAP_PARAM_ERROR;
}

std::string_view explain_bind_refusal(int code, std::string_view diagnostic) {
  if (code == LDAP_INVALID_CREDENTIALS) {
    for (const Meaning& m : kActiveDirectory) {
      if (diagnostic.find(m.mark) != std::string_view::npos) return m.words;
    }
  }
  for (const Meaning& m : kPasswordPolicies) {
    if (diagnostic.find(m.mark) != std::string_view::npos) return m.words;
  }
  return meaning_of(code);
}

}  // namespace tally::directory
