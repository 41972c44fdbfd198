// Targets: the groups that a pack or the configuration speaks of, found in a snapshot.
//
//   std::vector<GroupId> groups = groups_of(snapshot, {.name = "DnsAdmins"});
//   Tiers tiers(snapshot, rules.privileged_groups());
//   if (tiers.of(group) == Tier::tier0) print(tiers.basis(snapshot, group));
//
// A tier is only ever raised: what the connector knows by SID stays. A target that no directory has is no mistake: a
// shipped pack names groups that most sites do not have.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "policy/model/entitlement.h"
#include "policy/model/snapshot.h"

namespace tally::access {

/// Ascending. Everything that is set in `choice` has to fit; nothing set fits nothing.
std::vector<model::GroupId> groups_of(const model::Snapshot& snapshot, const model::GroupChoice& choice);

/// The tier of each group and who says so.
class Tiers {
 public:
  Tiers() = default;
  Tiers(const model::Snapshot& snapshot, std::span<const model::PrivilegedTarget> targets);

  [[nodiscard]] model::Tier of(model::GroupId group) const { return tier_[group.index()]; }
  /// "S-1-5-21-…-512 is Domain Admins", "named in privileged_groups", a pack's reason. Empty without a tier.
  [[nodiscard]] std::string_view basis(const model::Snapshot& snapshot, model::GroupId group) const;

 private:
  std::vector<model::Tier> tier_;
  std::vector<base::TextId> raised_by_;  ///< by group, in text_; invalid where the snapshot's own basis holds
  base::TextPool text_;
};

}  // namespace tally::access
