#include "connectors/directory/who_am_i.h"

#include <ldap.h>

namespace tally::directory {

std::optional<std::string> who_am_i(Session& session, const Patience& patience) {
  if (session.lost()) return std::nullopt;
  berval* authorized = nullptr;
  session.guard(patience.next());
  const int code = ldap_whoami_s(session.handle(), &authorized, nullptr, nullptr);
  if (session.release()) session.lose();
  std::optional<std::string> out;
  if (code == LDAP_SUCCESS) {
    const std::string text = authorized == nullptr ? "" : std::string(authorized->bv_val, authorized->bv_len);
    if (text.empty()) out = "";
    if (text.starts_with("dn:")) out = text.substr(3);
  }
  if (authorized != nullptr) ber_bvfree(authorized);
  return out;
}

}  // namespace tally::directory
