#include "connectors/directory/power_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "connectors/directory/dn.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/who_am_i.h"

namespace tally::directory {

std::optional<std::string> own_dn(Session& session, const LdapOptions& options, const Patience& patience) {
  if (auto dn = who_am_i(session, patience)) return dn;
  if (!options.bind_dn.empty()) return options.bind_dn;
  return options.bind == Bind::anonymous ? std::optional<std::string>("") : std::nullopt;
}

NamingEntries entries_naming(Session& session, const LdapOptions& options, const std::string& dn,
                             const std::vector<std::string>& attributes, const Patience& patience) {
  NamingEntries out;
  for (const std::string& attribute : attributes) {
    bool all = true;
    for (const std::string& base : DnScope::outermost(options.profile.bases)) {
      // A filter about what may not be searched finds nothing, whatever is there.
      Search proof;
      proof.base = base;
      proof.scope = Scope::base;
      proof.query = {fmt::format("(|({0}=*)(!({0}=*)))", attribute), {"1.1"}};
      all = all && search(session, proof, patience, [](const Entry&) {}).entries > 0;
      Search what;
      what.base = base;
      what.query = {fmt::format("({}={})", attribute, escaped_value(dn)), {"1.1"}};
      what.size_limit = kMaxNaming;
      search(session, what, patience, [&](const Entry& entry) {
        out.found.push_back({normal_dn(entry.dn()), {{attribute, {dn}}}});
      });
    }
    if (all) out.asked.push_back(attribute);
  }
  return out;
}

void tell_reach(model::SourceRecord& source, const PowerReading& reading, const Requester& ourselves,
                const NamingEntries& naming) {
  PowerReading::Reach reach = reading.reach_of(ourselves, naming);
  std::vector<std::string>& told = source.own_powers;
  for (std::string& power : reach.powers) {
    const std::string_view rule = std::string_view(power).substr(power.find(" ("));
    const bool known =
        std::any_of(told.begin(), told.end(), [&](const std::string& one) { return one.ends_with(rule); });
    if (!known && told.size() < kMaxOwnPowers) told.push_back(std::move(power));
  }
  if (source.own_powers_unread.empty()) source.own_powers_unread = std::move(reach.doubt);
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
