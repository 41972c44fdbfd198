// Memberships: who is in which group, collected in any order and resolved to compressed rows at the end.
//
//   memberships.add(node, group);            // the member is known already: 8 bytes
//   memberships.add_late(dn, group);         // not yet: its DN is kept, each distinct one once
//   Unresolved left = memberships.resolve(index, scope, harvest);
//
// Part of TableBuilder, which is what decoders use. Nothing is expanded: a cycle of groups stays a cycle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/directory/dn.h"
#include "connectors/directory/dn_index.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// Members that are no entry we saw.
struct Unresolved {
  static constexpr std::size_t kMaxListed = 10'000;  ///< a request each, some seconds
  std::vector<std::string> in_bases;  ///< DNs that lie inside the bases, each once, at most kMaxListed: worth a probe
  std::uint64_t in_bases_total = 0;   ///< distinct ones
  std::uint64_t outside_total = 0;    ///< distinct ones that lie elsewhere (other domains, other trees)
  std::vector<std::string> notes;     ///< for SourceRecord::notes, "name: value"
};

class Memberships {
 public:
  void add(Node member, model::GroupId group);
  void add_late(std::string_view dn, model::GroupId group);
  void add_member_uid(std::string_view uid, model::GroupId group);
  /// The entry that the account's manager is, and one that owns the group; by DN, before or after it is read.
  void set_manager(model::AccountId account, std::string_view dn) {
    managers_.emplace_back(account, late_text_.intern(dn));
  }
  void add_owner(model::GroupId group, std::string_view dn) { owners_.emplace_back(group, late_text_.intern(dn)); }
  void add_uid(base::TextId uid, model::AccountId account) { uids_.emplace_back(uid, account); }
  void set_gid(model::GroupId group, std::uint64_t gid) { gids_.emplace_back(gid, group); }
  void set_primary_gid(model::AccountId account, std::uint64_t gid) { primary_gids_.emplace_back(account, gid); }
  void set_primary_rid(model::AccountId account, std::uint32_t rid) { primary_rids_.emplace_back(account, rid); }

  [[nodiscard]] const std::vector<std::pair<base::TextId, model::AccountId>>& uids() const { return uids_; }

  /// A member that this directory does not show: somebody whom another one may know by that DN or SID.
  static void add_foreign(model::Harvest& harvest, model::GroupId group, std::string_view dn, std::string_view sid);

  /// Fills groups_of_account, groups_of_group, the primary groups, unresolved_members and
  /// foreign_members of `harvest`, once.
  Unresolved resolve(const DnIndex& index, const DnScope& scope, model::Harvest& harvest);

 private:
  struct Edge {
    std::uint32_t member = 0;
    std::uint32_t group = 0;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };
  struct Late {
    base::TextId name;  ///< in late_text_
    model::GroupId group;
  };

  void resolve_late(const DnIndex& index, const DnScope& scope, model::Harvest& harvest, Unresolved& left);
  void resolve_uids(model::Harvest& harvest, Unresolved& left);
  void resolve_primary_gids(model::Harvest& harvest, Unresolved& left);
  void resolve_primary_rids(model::Harvest& harvest, Unresolved& left);
  void resolve_managers(const DnIndex& index, model::Harvest& harvest) const;
  void resolve_owners(const DnIndex& index, model::Harvest& harvest) const;
  static model::SparseRows<model::GroupId> rows_of(const std::vector<Edge>& edges, std::size_t rows);

  std::vector<Edge> of_accounts_, of_groups_;
  base::TextPool late_text_;
  std::vector<Late> late_, member_uids_;
  std::vector<std::pair<base::TextId, model::AccountId>> uids_;
  std::vector<std::pair<std::uint64_t, model::GroupId>> gids_;
  std::vector<std::pair<model::AccountId, std::uint64_t>> primary_gids_;
  std::vector<std::pair<model::AccountId, std::uint32_t>> primary_rids_;
  std::vector<std::pair<model::AccountId, base::TextId>> managers_;  ///< names in late_text_
  std::vector<std::pair<model::GroupId, base::TextId>> owners_;
};

}  // namespace tally::directory
