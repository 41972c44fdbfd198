// EffectiveGroups: all groups that an account is in, directly, as its primary group, or through groups in groups.
//
//   EffectiveGroups groups(snapshot, access.graph());
//   for (const EffectiveGroup& in : groups.of(account)) if (!in.direct) …   // over other groups alone
//   for_each_account(snapshot, access.graph(), [&](AccountId account, std::span<const EffectiveGroup> in) { … });
//
// One account after the other: what is kept is a mark for each group and the groups of one account, never the groups of
// all accounts at once, whose number no input bounds. Circles are safe. Only what was seen: whether there may be more
// says Access::groups_unseen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/access/group_graph.h"
#include "policy/model/snapshot.h"

namespace tally::access {

struct EffectiveGroup {
  model::GroupId group;
  bool direct = false;   ///< a membership of the account itself, the primary group included
  bool primary = false;  ///< its primary group
};

class EffectiveGroups {
 public:
  /// Both must outlive it.
  EffectiveGroups(const model::Snapshot& snapshot, const GroupGraph& graph);

  /// Each group once, in the order of DNs. Valid until the next call.
  std::span<const EffectiveGroup> of(model::AccountId account);

 private:
  const model::Snapshot& s_;
  const GroupGraph& graph_;
  model::SparseRows<std::uint32_t> above_;  ///< groups_of_group, both sides by rank
  std::vector<model::GroupId> by_rank_;
  std::vector<std::uint32_t> mark_;  ///< by rank: the last account that came by
  std::vector<std::uint32_t> found_;
  std::vector<EffectiveGroup> out_;
  std::uint32_t turn_ = 0;
};

/// Calls `visit(account, groups)` for every account in turn.
template <class Visit>
void for_each_account(const model::Snapshot& snapshot, const GroupGraph& graph, Visit visit) {
  EffectiveGroups groups(snapshot, graph);
  for (std::size_t i = 0; i < snapshot.accounts.size(); ++i) {
    const auto account = model::AccountId::at(i);
    visit(account, groups.of(account));
  }
}

}  // namespace tally::access
