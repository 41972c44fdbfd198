// Access: who reaches a privileged group in effect, through primary groups and nesting, and by which shortest path.
//
//   Access access = effective_access(snapshot);
//   if (access.tier(account) == model::Tier::tier0) print(access.path(snapshot, account));
//
// Groups are expanded here, not by the server: IN_CHAIN misses primary groups and memberOf may be partial. Cycles are
// safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/snapshot.h"

namespace tally::access {

/// How one account stands to privilege.
struct Reach {
  model::Tier tier = model::Tier::none;  ///< the most powerful tier that is certainly reached
  model::GroupId group;                  ///< the nearest privileged group of that tier; invalid when none
  std::uint16_t distance = 0;            ///< number of memberships on the way, 1: direct; 65,535: that many or more
  base::TextId unseen;  ///< not empty: more power than `tier` cannot be ruled out, and why (text of Access)
};

class Access {
 public:
  [[nodiscard]] const Reach& reach(model::AccountId account) const { return reach_[account.index()]; }
  /// Names from the account to the privileged group: login, group, …, privileged group. Empty when none is reached.
  /// Of several shortest paths the one whose groups come first by DN.
  [[nodiscard]] std::vector<std::string> path(const model::Snapshot& snapshot, model::AccountId account) const;
  /// The same through one of the account's groups, for instance the primary one. Empty when it leads to no privilege.
  [[nodiscard]] std::vector<std::string> path_through(const model::Snapshot& snapshot, model::AccountId account,
                                                      model::GroupId group) const;
  /// Whether members of that group reach a privileged one, or it is one itself.
  [[nodiscard]] bool leads_to_privilege(model::GroupId group) const;
  [[nodiscard]] std::string_view view(base::TextId id) const { return text_.view(id); }

 private:
  /// The direct group of the account that lies nearest to that tier (0: tier 0, 1: tier 1); invalid when none does.
  [[nodiscard]] model::GroupId first_step(const model::Snapshot& snapshot, model::AccountId account, int tier) const;

  [[nodiscard]] std::vector<std::string> names_from(const model::Snapshot& snapshot, model::AccountId account,
                                                    model::GroupId step, int tier) const;

  friend Access effective_access(const model::Snapshot& snapshot);
  std::vector<Reach> reach_;                ///< by account
  std::vector<std::uint32_t> rank_;         ///< by group: its place in the order of DNs
  std::vector<std::uint32_t> distance_[2];  ///< by group: memberships to the nearest tier-0 / tier-1 group
  std::vector<model::GroupId> next_[2];     ///< by group: the next group on that way
  base::TextPool text_;
};

/// Breadth-first from the privileged groups down; linear in memberships.
/// An account for which no path was found is only "none" if its directory was completely seen and no privileged group
/// has members that could not be read; otherwise `unseen` says why more cannot be ruled out.
Access effective_access(const model::Snapshot& snapshot);

}  // namespace tally::access
