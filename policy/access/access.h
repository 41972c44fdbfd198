// Access: who reaches a privileged group in effect, through primary groups and nesting, and by which shortest path.
//
//   Access access = effective_access(snapshot, rules.privileged_groups());
//   if (access.reach(account).tier == model::Tier::tier0) print(access.path(snapshot, account));
//
// Groups are expanded here, not by the server: IN_CHAIN misses primary groups and memberOf may be partial. Cycles are
// safe. Memberships across directories are followed as join() found them. All groups of everybody: effective_groups.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/access/group_graph.h"
#include "policy/access/targets.h"
#include "policy/model/entitlement.h"
#include "policy/model/snapshot.h"

namespace tally::access {

/// How one account stands to privilege.
struct Reach {
  model::Tier tier = model::Tier::none;  ///< the most powerful tier that is certainly reached
  model::GroupId group;                  ///< the nearest privileged group of that tier; invalid when none, or when it
                                         ///< is the root group of Unix hosts (in_root_group)
  std::uint16_t distance = 0;            ///< number of memberships on the way, 1: direct; 65,535: that many or more
  base::TextId unseen;  ///< not empty: more power than `tier` cannot be ruled out, and why (text of Access)
};

/// A shortest way to one privileged group.
struct Way {
  model::Tier tier = model::Tier::none;  ///< of the privileged group
  std::vector<model::GroupId> groups;    ///< from the account's direct group to the privileged one
};

class Access {
 public:
  /// Of nobody.
  Access() = default;

  [[nodiscard]] const Reach& reach(model::AccountId account) const { return reach_[account.index()]; }
  /// Names from the account to the privileged group: login, group, …, privileged group. Empty when none is reached.
  /// Of several shortest paths the one whose groups come first by DN.
  [[nodiscard]] std::vector<std::string> path(const model::Snapshot& snapshot, model::AccountId account) const;
  /// The same through one of the account's groups, for instance the primary one. Empty when it leads to no privilege.
  [[nodiscard]] std::vector<std::string> path_through(const model::Snapshot& snapshot, model::AccountId account,
                                                      model::GroupId group) const;
  /// A shortest way to every privileged group that the account certainly reaches: tier 0 first, then the nearer ones,
  /// then by DN; each by the groups that come first by DN. Found when asked for, in memory of the groups passed.
  [[nodiscard]] std::vector<Way> ways(const model::Snapshot& snapshot, model::AccountId account) const;

  /// A shortest way to a group that the account is in, in effect: from its direct group to that one. Of several the one
  /// whose groups come first by DN.
  [[nodiscard]] std::vector<model::GroupId> way_to(const model::Snapshot& snapshot, model::AccountId account,
                                                   model::GroupId group) const;

  /// In no group that gives the tier it reaches directly or as primary group, but in one over others. No for accounts
  /// without privilege; unknown when a direct membership may not have been seen. Basis: why unknown (view()).
  [[nodiscard]] model::BoolFact only_through_nesting(const model::Snapshot& snapshot, model::AccountId account) const;
  /// On some way to a privileged group lies a group that contains itself through others, the privileged one included.
  [[nodiscard]] model::BoolFact through_circle(const model::Snapshot& snapshot, model::AccountId account) const;
  /// A way to such a group and round to itself again, by names: login, group, …, group, …, the same group. Empty when
  /// there is none.
  [[nodiscard]] std::vector<std::string> circle(const model::Snapshot& snapshot, model::AccountId account) const;
  /// Why the account may have ways to privilege that were not seen, shorter ones too; an empty text (view()) when not.
  [[nodiscard]] base::TextId ways_unseen(const model::Snapshot& snapshot, model::AccountId account) const {
    const Reach& known = reach_[account.index()];
    return known.tier != model::Tier::tier0 ? known.unseen : doubt(snapshot, account, doubt_);
  }
  /// Why the accounts of that directory may be in more groups than were seen; an empty text when they are not.
  /// Populations that nobody lists (Authenticated Users) are left out: everybody is in them.
  [[nodiscard]] base::TextId groups_unseen(model::SourceId source) const { return group_doubt_[source.index()]; }

  /// Whether members of that group reach a privileged one, or it is one itself.
  [[nodiscard]] bool leads_to_privilege(model::GroupId group) const { return leads_to(group) != model::Tier::none; }
  /// The most powerful tier that members of the group reach: its own or that of a group above it.
  [[nodiscard]] model::Tier leads_to(model::GroupId group) const;
  [[nodiscard]] const Tiers& tiers() const { return tiers_; }
  [[nodiscard]] const GroupGraph& graph() const { return graph_; }
  /// Other directories in whose groups entries of that one may be.
  [[nodiscard]] std::span<const model::SourceId> hosts_of(model::SourceId directory) const {
    return hosts_[directory.index()];
  }
  [[nodiscard]] std::string_view view(base::TextId id) const { return text_.view(id); }

 private:
  /// The direct group of the account that lies nearest to that tier (0: tier 0, 1: tier 1); invalid when none does.
  [[nodiscard]] model::GroupId first_step(const model::Snapshot& snapshot, model::AccountId account, int tier) const;
  [[nodiscard]] std::vector<std::string> names_from(const model::Snapshot& snapshot, model::AccountId account,
                                                    model::GroupId step, int tier) const;
  /// The same sentence for all accounts of its directory, or that its primary group was not seen.
  [[nodiscard]] base::TextId doubt(const model::Snapshot& snapshot, model::AccountId account,
                                   const std::vector<base::TextId>& by_source) const;
  void find_ways(const model::Snapshot& snapshot);
  void find_circles(const model::Snapshot& snapshot);
  void find_doubts(const model::Snapshot& snapshot);
  [[nodiscard]] Reach reach_of(const model::Snapshot& snapshot, model::AccountId account) const;

  friend Access effective_access(const model::Snapshot& snapshot, std::span<const model::PrivilegedTarget> targets);
  explicit Access(const model::Snapshot& snapshot) : graph_(snapshot) {}

  GroupGraph graph_;
  Tiers tiers_;
  std::vector<Reach> reach_;                ///< by account
  std::vector<std::uint32_t> distance_[2];  ///< by group: memberships to the nearest tier-0 / tier-1 group
  std::vector<model::GroupId> next_[2];     ///< by group: the next group on that way
  std::vector<std::uint8_t> circular_way_;  ///< by group: it leads to privilege and a circle lies on some way
  std::vector<base::TextId> doubt_;         ///< by source: why some way to privilege may not have been seen
  std::vector<base::TextId> direct_doubt_;  ///< by source: why a direct membership in a privileged group may not
  std::vector<base::TextId> group_doubt_;   ///< by source: why some membership may not have been seen
  std::vector<std::vector<model::SourceId>> hosts_;  ///< by source
  base::TextId primary_unseen_;
  base::TextPool text_;
};

/// Breadth-first from the privileged groups down; linear in memberships. `targets` are privileged beside the groups
/// whose tier the snapshot knows.
/// An account for which no path was found is only "none" if its directory was completely seen, no privileged group has
/// members that could not be read or that no directory shows, the same holds for the directories in whose groups its
/// entries may be, and its primary group is known; otherwise `unseen` says why more cannot be ruled out.
Access effective_access(const model::Snapshot& snapshot, std::span<const model::PrivilegedTarget> targets = {});

/// The primary group is number 0 of POSIX and no entry of the directory: the group "root" of every Unix host.
bool in_root_group(const model::Snapshot& snapshot, model::AccountId account);

/// A primary group that no entry was seen for and that may mean something. Harmless: a gidNumber without a group
/// (nothing in the directory gives it power), and Domain Users, Guests and Computers by their fixed RIDs.
bool doubtful_primary_group(const model::Snapshot& snapshot, model::AccountId account);

}  // namespace tally::access
