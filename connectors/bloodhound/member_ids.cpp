#include "connectors/bloodhound/member_ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/bloodhound/object.h"
#include "connectors/directory/sid.h"

namespace tally::bloodhound {

bool MemberIds::learn(std::string_view id, directory::Node node) { return nodes_.emplace(key_of(id), node).second; }

void MemberIds::member(model::GroupId group, std::string_view id) { members_.emplace_back(names_.intern(id), group); }

void MemberIds::resolve(const std::vector<ReadDomain>& domains, directory::TableBuilder& builder) {
  for (const auto& [name, group] : members_) {
    const std::string_view id = names_.view(name);
    const auto found = nodes_.find(key_of(id));
    if (found == nodes_.end()) {
      stranger(group, id, domains, builder);
      continue;
    }
    const directory::Node node = found->second;
    const base::TextId dn =
        node.kind == directory::NodeKind::account ? builder.accounts().dn[node.row] : builder.groups().dn[node.row];
    builder.add_member(group, std::string(builder.text().view(dn)));
  }
}

void MemberIds::stranger(model::GroupId group, std::string_view id, const std::vector<ReadDomain>& domains,
                         directory::TableBuilder& builder) {
  const std::string_view sid = sid_in(id);
  if (sid.empty()) {
    if (id.find('=') != std::string_view::npos)
      builder.add_member(group, id);  // a DN that the collector could not resolve
    else if (directory::uuid_text(id))
      ++without_sid_;
    else
      builder.mark_members_unknown(group, "it has a member of which the collection gives no identifier");
    return;
  }
  const auto own = std::find_if(domains.begin(), domains.end(), [&](const ReadDomain& domain) {
    return sid.size() > domain.sid.size() && sid.starts_with(domain.sid) && sid[domain.sid.size()] == '-';
  });
  if (own != domains.end()) return builder.add_member(group, fmt::format("CN={},{}", sid, own->dn));
  const std::string head = domains.empty() ? "DC=unknown" : domains.front().dn;
  builder.add_member(group, fmt::format("CN={},CN=ForeignSecurityPrincipals,{}", sid, head));
}

}  // namespace tally::bloodhound
