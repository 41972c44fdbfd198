#include "connectors/bloodhound/control_places.h"

#include <fmt/format.h>

#include "connectors/bloodhound/control_edges.h"
#include "policy/base/utf8.h"

namespace tally::bloodhound {
using model::ControlledKind;

void ControlPlaces::policy(const Object& object, std::string_view dn) {
  const Property* name = object.find("name");
  const std::string text = directory::ControlTree::policy_text(name != nullptr ? name->text : "", dn);
  policies_[key_of(object.id)] = dn;
  add_control_edges(harvest_, {ControlledKind::group_policy, {}, {}}, text, object);
  tree_.add_policy(dn, text, !object.list_protected);
}

/// Collectors leave links out that are disabled (SharpHoundCommon, ContainerProcessor).
std::vector<directory::PolicyLink> ControlPlaces::links_of(const Object& object) {
  std::vector<directory::PolicyLink> links;
  for (const Link& link : object.links) {
    const auto known = policies_.find(key_of(link.policy));
    if (known != policies_.end())
      links.push_back({known->second, true, link.enforced});
    else if (unknown_policy_.empty())
      unknown_policy_ = link.policy;
  }
  return links;
}

void ControlPlaces::head(const Object& object, std::string_view dn) { tree_.add_head(dn, links_of(object)); }

void ControlPlaces::place(const Object& object, std::string_view dn, bool unit) {
  const Property* blocks = object.find("blocksinheritance");
  directory::ControlTree::Standing is;
  is.unit = unit;
  is.inherits = !object.list_protected;
  is.blocks = blocks != nullptr && blocks->text == "true";
  is.links = links_of(object);
  const std::size_t first_row = harvest_.controls.size();
  add_control_edges(harvest_, {ControlledKind::container, {}, {}}, dn, object);
  tree_.add_place(dn, std::move(is), first_row);
}

void ControlPlaces::leaf(const directory::Controlled& of, std::string_view dn, const Object& object) {
  tree_.leaf(of, dn, dn, !object.list_protected);
}

std::string ControlPlaces::unread() const {
  if (unknown_policy_.empty()) return tree_.unread();
  return fmt::format("the group policy {} is linked and in no file", base::displayable(unknown_policy_));
}

}  // namespace tally::bloodhound
