#include "policy/access/entitlements.h"

#include <algorithm>

#include "policy/access/doubt.h"
#include "policy/access/relations.h"
#include "policy/access/targets.h"

namespace tally::access {

using model::AccountId;
using model::GroupId;
using model::Snapshot;

Entitlements::Entitlements(const Snapshot& s, const GroupGraph& graph, std::span<const model::EntitlementClass> classes)
    : s_(s), of_group_(s.groups.size()) {
  for (const model::EntitlementClass& one : classes) names_.push_back(one.name);
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  for (const model::EntitlementClass& one : classes) spread(s, graph, one);
  for (std::vector<std::uint16_t>& held : of_group_) {
    std::sort(held.begin(), held.end());
    held.erase(std::unique(held.begin(), held.end()), held.end());
  }
  unseen_ = doubts(s, graph, Relations(s), [&](GroupId group) { return !of_group_[group.index()].empty(); });
}

/// From the groups of the class down to everything nested in them.
void Entitlements::spread(const Snapshot& s, const GroupGraph& graph, const model::EntitlementClass& one) {
  const auto number =
      static_cast<std::uint16_t>(std::lower_bound(names_.begin(), names_.end(), one.name) - names_.begin());
  std::vector<bool> reached(s.groups.size());
  std::vector<GroupId> open;
  const auto reach = [&](GroupId group) {
    if (reached[group.index()]) return;
    reached[group.index()] = true;
    of_group_[group.index()].push_back(number);
    open.push_back(group);
  };
  for (const model::GroupChoice& choice : one.groups) {
    for (const GroupId group : groups_of(s, choice)) reach(group);
  }
  while (!open.empty()) {
    const GroupId group = open.back();
    open.pop_back();
    for (const GroupId member : graph.members(group)) reach(member);
  }
}

std::span<const std::uint16_t> Entitlements::of(AccountId account) {
  out_.clear();
  for (const GroupId group : s_.groups_of_account.row(account.index())) {
    const std::vector<std::uint16_t>& held = of_group_[group.index()];
    out_.insert(out_.end(), held.begin(), held.end());
  }
  std::sort(out_.begin(), out_.end());
  out_.erase(std::unique(out_.begin(), out_.end()), out_.end());
  return out_;
}

}  // namespace tally::access
