#include "connectors/directory/control_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/dn.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

constexpr const char* kDescriptor = "nTSecurityDescriptor";
constexpr Guid kGpLink("f30e3bbe-9ff0-11d1-b603-0000f80367c1");  // schemaIDGUID ([MS-ADA1])
constexpr Controlled kContainer{ControlledKind::container, {}, {}};
constexpr Controlled kScope{ControlledKind::policy_scope, {}, {}};
constexpr Controlled kGroupPolicy{ControlledKind::group_policy, {}, {}};
constexpr Controlled kSite{ControlledKind::site, {}, {}};

/// What an enforced policy reaches, and whoever may link one.
std::string everything_below(const std::string& dn) { return "everything below " + dn; }
std::string unblocked_below(const std::string& dn) {
  return "what is below " + dn + " and does not block group policies";
}

bool is_configuration_head(std::string_view key) { return key.starts_with("cn=configuration,dc="); }

}  // namespace

std::vector<std::string> ControlTree::attributes() {
  return {"objectClass", "displayName", "gPLink", "gPOptions", kDescriptor};
}

/// The key of the place, which is asked for with all above it, up to the head of the naming context.
std::string ControlTree::want_place(std::string_view dn) {
  const std::string key = normal_dn(dn);
  if (key.empty() || places_.contains(key)) return key;
  Place& place = places_[key];
  place.dn = dn;
  place.head = key == normal_dn(domain_head(dn));
  if (place.head) return key;  // read beforehand
  wanted_places_.push_back(place.dn);
  if (!is_configuration_head(key)) place.above = want_place(parent_dn(dn));
  return key;
}

void ControlTree::leaf(const Controlled& of, std::string_view object, std::string_view dn, bool inherits) {
  leaves_.push_back({of, std::string(object), want_place(parent_dn(dn)), inherits});
}

std::vector<std::string> ControlTree::wanted_places() { return std::exchange(wanted_places_, {}); }
std::vector<std::string> ControlTree::wanted_policies() { return std::exchange(wanted_policies_, {}); }

void ControlTree::want_policies(const std::vector<PolicyLink>& links) {
  for (const PolicyLink& link : links) {
    const std::string key = link.enabled ? normal_dn(link.dn) : std::string();
    if (key.empty() || policies_.contains(key)) continue;
    policies_[key].dn = link.dn;
    wanted_policies_.push_back(link.dn);
  }
}

/// What cannot be read is a doubt about the list: more may be linked than is known.
std::vector<PolicyLink> ControlTree::links_of(const Entry& entry, const Controlled& of) {
  const auto written = entry.first("gPLink");
  if (!written && !reader_.surely_reads(entry.first(kDescriptor).value_or(""), kGpLink))
    add_list_read(harvest_, of, entry.dn(), "gPLink is not shown, and this account may not read it");
  auto links = parse_policy_links(written.value_or(""));
  if (links) return std::move(*links);
  add_list_read(harvest_, of, entry.dn(), links.error().message);
  return {};
}

void ControlTree::head(const Entry& entry) { add_head(entry.dn(), links_of(entry, kContainer)); }

void ControlTree::add_head(std::string_view dn, std::vector<PolicyLink> links) {
  Place& place = places_[want_place(dn)];
  place.seen = true;
  want_policies(links);
  place.is.links = std::move(links);
}

void ControlTree::site(const Entry& entry) {
  const auto descriptor = entry.first(kDescriptor);
  if (!descriptor) return add_list_read(harvest_, kSite, entry.dn(), "nTSecurityDescriptor was not delivered");
  const bool inherits = add_controls(harvest_, kSite, ControlledClass::site, entry.dn(), *descriptor);
  leaf(kSite, entry.dn(), entry.dn(), inherits);
  sites_.push_back({std::string(entry.dn()), links_of(entry, kSite)});
  want_policies(sites_.back().links);
}

/// Who may link policies, and nothing more, does not control groups, nor what a policy does not reach.
void ControlTree::divert_links(std::size_t first_row, const std::string& dn) {
  model::Controls& c = harvest_.controls;
  for (std::size_t row = first_row; row < c.size(); ++row) {
    if (c.rights[row] != model::kWriteGpLink) continue;
    c.kind[row] = ControlledKind::policy_scope;
    c.object[row] = harvest_.text.intern(everything_below(dn));
  }
}

void ControlTree::place(const Entry& entry) {
  const auto known = places_.find(normal_dn(entry.dn()));
  const auto descriptor = entry.first(kDescriptor);
  if (known == places_.end() || known->second.seen || !descriptor) return;
  Standing is;
  is.unit = entry.has_value("objectClass", "organizationalUnit");
  is.blocks = is.unit && blocks_policies(entry.first("gPOptions").value_or(""));
  const std::size_t first_row = harvest_.controls.size();
  is.inherits =
      add_controls(harvest_, kContainer, is.unit ? ControlledClass::organizational_unit : ControlledClass::container,
                   entry.dn(), *descriptor);
  if (is.unit) is.links = links_of(entry, kContainer);
  add_place(entry.dn(), std::move(is), first_row);
}

void ControlTree::add_place(std::string_view dn, Standing what, std::size_t first_row) {
  Place& place = places_[want_place(dn)];
  place.seen = true;
  place.dn = dn;
  divert_links(first_row, place.dn);
  want_policies(what.links);
  place.is = std::move(what);
}

std::string ControlTree::policy_text(std::string_view name, std::string_view dn) {
  return fmt::format("the group policy {}, {}", name.empty() ? "without a name" : name, dn);
}

void ControlTree::policy(const Entry& entry) {
  const auto known = policies_.find(normal_dn(entry.dn()));
  const auto descriptor = entry.first(kDescriptor);
  if (known == policies_.end() || known->second.seen || !descriptor) return;
  const std::string text = policy_text(entry.first("displayName").value_or(""), entry.dn());
  add_policy(entry.dn(), text, add_controls(harvest_, kGroupPolicy, ControlledClass::group_policy, text, *descriptor));
}

void ControlTree::add_policy(std::string_view dn, const std::string& text, bool inherits) {
  Policy& policy = policies_[normal_dn(dn)];
  policy = {std::string(dn), text, true};
  leaf(kGroupPolicy, text, dn, inherits);
}

void ControlTree::link() {
  link_policies();
  link_places();
  link_leaves();
}

void ControlTree::link_policies() {
  const auto each = [&](const std::vector<PolicyLink>& links, const auto& visit) {
    for (const PolicyLink& link : links) {
      const auto found = link.enabled ? policies_.find(normal_dn(link.dn)) : policies_.end();
      if (found != policies_.end() && found->second.seen) visit(found->second.text, link.enforced);
    }
  };
  for (auto& [key, place] : places_) {
    each(place.is.links, [&place = place, this](const std::string& policy, bool enforced) {
      (enforced ? place.all_entered : place.unblocked_entered) = true;
      add_step(harvest_, kScope, enforced ? everything_below(place.dn) : unblocked_below(place.dn), policy,
               model::kApplies);
    });
  }
  for (const SiteLinks& site : sites_) {
    each(site.links,
         [&](const std::string& policy, bool) { add_step(harvest_, kSite, site.dn, policy, model::kApplies); });
  }
}

/// From above to below: the key of a place is longer than that of what it lies in.
void ControlTree::link_places() {
  std::vector<std::pair<std::size_t, Place*>> ordered;
  for (auto& [key, place] : places_) ordered.emplace_back(key.size(), &place);
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [size, place] : ordered) {
    if (place->is.unit) {
      add_step(harvest_, kScope, everything_below(place->dn), place->dn, model::kHolds);
      place->all_entered = true;
    }
    if (place->above.empty()) continue;
    const Place& above = places_.at(place->above);
    if (place->is.inherits && !above.head && above.seen)
      add_step(harvest_, kContainer, place->dn, above.dn, model::kHolds);
    if (above.all_entered) {
      add_step(harvest_, kScope, everything_below(place->dn), everything_below(above.dn), model::kHolds);
      place->all_entered = true;
    }
    if (above.unblocked_entered && !place->is.blocks) {
      add_step(harvest_, kScope, unblocked_below(place->dn), unblocked_below(above.dn), model::kHolds);
      place->unblocked_entered = true;
    }
  }
}

void ControlTree::link_leaves() {
  for (const Leaf& leaf : leaves_) {
    const auto found = places_.find(leaf.above);
    if (found == places_.end()) continue;
    const Place& above = found->second;
    if (leaf.inherits && !above.head && above.seen) add_step(harvest_, leaf.of, leaf.object, above.dn, model::kHolds);
    if (leaf.of.kind != ControlledKind::account) continue;
    if (above.all_entered) add_step(harvest_, leaf.of, leaf.object, everything_below(above.dn), model::kHolds);
    if (above.unblocked_entered) add_step(harvest_, leaf.of, leaf.object, unblocked_below(above.dn), model::kHolds);
  }
}

std::string ControlTree::unread() const {
  constexpr const char* kWhy = "its access control list, or that it exists, may not be seen by the account that reads";
  for (const auto& [key, place] : places_) {
    if (!place.seen) return fmt::format("{}, which holds entries that matter, was not delivered: {}", place.dn, kWhy);
  }
  for (const auto& [key, policy] : policies_) {
    if (!policy.seen)
      return fmt::format(
          "the group policy {} is linked and was not delivered: it was deleted (then take the link "
          "away), or {}",
          policy.dn, kWhy);
  }
  return {};
}

std::string ControlTree::in_words() const {
  const auto heads = std::count_if(places_.begin(), places_.end(), [](const auto& one) { return one.second.head; });
  return fmt::format("{} containers above entries that matter, {} group policies linked there or to {} sites",
                     places_.size() - static_cast<std::size_t>(heads), policies_.size(), sites_.size());
}

}  // namespace tally::directory
