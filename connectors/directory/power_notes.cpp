#include "connectors/directory/power_notes.h"

#include <vector>

#include "connectors/directory/dn.h"
#include "connectors/directory/who_am_i.h"

namespace tally::directory {

std::optional<std::string> own_dn(Session& session, const LdapOptions& options, const Patience& patience) {
  if (auto dn = who_am_i(session, patience)) return dn;
  if (!options.bind_dn.empty()) return options.bind_dn;
  return options.bind == Bind::anonymous ? std::optional<std::string>("") : std::nullopt;
}

void for_each_sudo_role(Session& session, const LdapOptions& options, const Patience& patience,
                        const std::function<void(const std::string& dn)>& each) {
  std::vector<std::string> roles;
  for (const std::string& base : DnScope::outermost(options.profile.bases)) {
    Search what;
    what.base = base;
    what.query = {"(objectClass=sudoRole)", {"1.1"}};
    what.size_limit = kMaxSudoRoles;
    search(session, what, patience, [&](const Entry& entry) { roles.emplace_back(entry.dn()); });
  }
  for (const std::string& dn : roles) each(dn);
}

void tell_powers(model::SourceRecord& source, const PowerReading& reading) {
  for (const std::string& one : reading.strangers()) source.notes.push_back("super-power: " + one);
}

}  // namespace tally::directory
