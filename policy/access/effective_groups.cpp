#include "policy/access/effective_groups.h"

#include <algorithm>

namespace tally::access {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;

constexpr std::uint32_t kDirect = 1;  ///< beside the rank, shifted by one

}  // namespace

EffectiveGroups::EffectiveGroups(const Snapshot& s, const GroupGraph& graph)
    : s_(s), graph_(graph), by_rank_(s.groups.size()), mark_(s.groups.size(), 0) {
  for (std::size_t i = 0; i < s.groups.size(); ++i) by_rank_[graph.rank(GroupId::at(i))] = GroupId::at(i);
  above_.offsets.reserve(by_rank_.size() + 1);
  above_.targets.reserve(s.groups_of_group.targets.size());
  for (const GroupId group : by_rank_) {
    if (group.index() < s.groups_of_group.rows()) {
      for (const GroupId parent : s.groups_of_group.row(group.index())) above_.targets.push_back(graph.rank(parent));
    }
    above_.offsets.push_back(above_.targets.size());
  }
}

std::span<const EffectiveGroup> EffectiveGroups::of(AccountId account) {
  ++turn_;
  found_.clear();
  for (const GroupId group : s_.groups_of_account.row(account.index())) {
    const std::uint32_t rank = graph_.rank(group);
    mark_[rank] = turn_;
    found_.push_back(rank << 1U | kDirect);
  }
  for (std::size_t next = 0; next < found_.size(); ++next) {
    const std::uint32_t rank = found_[next] >> 1U;
    for (std::uint64_t edge = above_.offsets[rank]; edge < above_.offsets[rank + 1]; ++edge) {
      const std::uint32_t parent = above_.targets[edge];
      if (mark_[parent] == turn_) continue;
      mark_[parent] = turn_;
      found_.push_back(parent << 1U);
    }
  }
  std::sort(found_.begin(), found_.end());
  out_.clear();
  const GroupId primary = s_.accounts.primary_group[account.index()];
  for (const std::uint32_t found : found_) {
    const GroupId group = by_rank_[found >> 1U];
    out_.push_back({group, (found & kDirect) != 0, group == primary});
  }
  return out_;
}

}  // namespace tally::access
