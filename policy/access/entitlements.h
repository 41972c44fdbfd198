// Entitlements: which classes of entitlements ("payments.approve") somebody holds in effect, across directories.
//
//   Entitlements held(snapshot, access.graph(), rules.entitlement_classes());
//   for (std::uint16_t c : held.of(account)) print(held.name(c));
//   if (!held.unseen(source).empty()) …    // accounts of that directory may hold more
//
// Somebody holds a class who is in one of its groups, directly or through groups in groups. Found from the groups of
// the classes down, so it costs nothing for groups that no class names. Whose accounts are one person's is not known
// here; policy/evaluation joins them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/access/group_graph.h"
#include "policy/model/entitlement.h"
#include "policy/model/snapshot.h"

namespace tally::access {

class Entitlements {
 public:
  /// `snapshot` must outlive it. Classes of one name are one class.
  Entitlements(const model::Snapshot& snapshot, const GroupGraph& graph,
               std::span<const model::EntitlementClass> classes);

  /// Numbers of the classes that the account certainly holds, ascending. Valid until the next call.
  std::span<const std::uint16_t> of(model::AccountId account);
  [[nodiscard]] std::size_t classes() const { return names_.size(); }
  /// Classes are numbered in the order of their names.
  [[nodiscard]] std::string_view name(std::uint16_t number) const { return names_[number]; }
  /// Why accounts of that directory may hold more; empty when they certainly do not.
  [[nodiscard]] std::string_view unseen(model::SourceId source) const { return unseen_[source.index()]; }

 private:
  void spread(const model::Snapshot& s, const GroupGraph& graph, const model::EntitlementClass& one);

  const model::Snapshot& s_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::uint16_t>> of_group_;
  std::vector<std::string> unseen_;
  std::vector<std::uint16_t> out_;
};

}  // namespace tally::access
