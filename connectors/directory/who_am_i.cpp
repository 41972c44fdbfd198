#include "connectors/directory/who_am_i.h"

#include "connectors/directory/sid.h"

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

std::vector<std::string> token_sids(Session& session, const Patience& patience) {
  return token_sids(inquiry_of(session, patience));
}

std::vector<std::string> token_sids(const Inquiry& ask) {
  std::vector<std::string> sids;
  Search what;
  what.scope = Scope::base;
  what.query = {"(objectClass=*)", {"tokenGroups"}};
  ask.search(what, [&](const Entry& entry) {
    for (const std::string_view value : entry.values("tokenGroups")) {
      if (auto sid = sid_from(value)) sids.push_back(std::move(*sid));
    }
  });
  return sids;
}

}  // namespace tally::directory
