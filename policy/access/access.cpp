#include "policy/access/access.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::access {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;
using model::Tier;

constexpr std::uint32_t kUnreached = 0xFFFFFFFF;
/// One sentence names no more groups than a person reads.
constexpr std::size_t kGroupsNamed = 3;
/// Reach counts memberships in 16 bits; nobody reads a longer way.
constexpr std::uint32_t kMaxDistance = 0xFFFF;

/// Who is directly in a group of groups: the transpose of groups_of_group.
model::SparseRows<GroupId> member_groups(const Snapshot& s) {
  model::SparseRows<GroupId> out;
  out.offsets.assign(s.groups.size() + 1, 0);
  for (const GroupId parent : s.groups_of_group.targets) ++out.offsets[parent.index() + 1];
  for (std::size_t i = 1; i < out.offsets.size(); ++i) out.offsets[i] += out.offsets[i - 1];
  out.targets.resize(s.groups_of_group.targets.size());
  std::vector<std::uint64_t> fill(out.offsets.begin(), out.offsets.end() - 1);
  for (std::size_t child = 0; child < s.groups_of_group.rows(); ++child) {
    for (const GroupId parent : s.groups_of_group.row(child)) out.targets[fill[parent.index()]++] = GroupId::at(child);
  }
  return out;
}

struct Ways {
  std::vector<std::uint32_t> distance;  ///< by group
  std::vector<GroupId> next;            ///< by group
};

/// The place of each group in the order of DNs, so that choices do not depend on the order of reading.
std::vector<std::uint32_t> ranks(const Snapshot& s) {
  std::vector<GroupId> order;
  for (std::size_t i = 0; i < s.groups.size(); ++i) order.push_back(GroupId::at(i));
  std::sort(order.begin(), order.end(), [&](GroupId a, GroupId b) {
    const int by_dn = s.view(s.groups.dn[a.index()]).compare(s.view(s.groups.dn[b.index()]));
    return by_dn != 0 ? by_dn < 0 : s.groups.source[a.index()] < s.groups.source[b.index()];
  });
  std::vector<std::uint32_t> rank(s.groups.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i].index()] = static_cast<std::uint32_t>(i);
  return rank;
}

/// Breadth-first from the groups of one tier to everything nested in them, level by level in the order of ranks: of
/// several shortest ways the one through the smallest rank wins.
Ways ways_to(Tier tier, const Snapshot& s, const model::SparseRows<GroupId>& members,
             const std::vector<std::uint32_t>& rank) {
  const auto by_rank = [&](GroupId a, GroupId b) { return rank[a.index()] < rank[b.index()]; };
  Ways ways{std::vector<std::uint32_t>(s.groups.size(), kUnreached), std::vector<GroupId>(s.groups.size())};
  std::vector<GroupId> level;
  for (std::size_t i = 0; i < s.groups.size(); ++i) {
    if (s.groups.tier[i] != tier) continue;
    ways.distance[i] = 0;
    level.push_back(GroupId::at(i));
  }
  std::sort(level.begin(), level.end(), by_rank);
  for (std::uint32_t distance = 1; !level.empty(); ++distance) {
    std::vector<GroupId> below;
    for (const GroupId group : level) {
      for (const GroupId member : members.row(group.index())) {
        if (ways.distance[member.index()] != kUnreached) continue;
        ways.distance[member.index()] = distance;
        ways.next[member.index()] = group;
        below.push_back(member);
      }
    }
    std::sort(below.begin(), below.end(), by_rank);
    level.swap(below);
  }
  return ways;
}

/// Why members of privileged groups may be missing, by source; empty when none can be. Groups in the order of ranks.
std::vector<std::string> unseen_members(const Snapshot& s, const std::vector<std::uint32_t>* distances,
                                        const std::vector<std::uint32_t>& rank) {
  std::vector<std::vector<GroupId>> open(s.sources.size());
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    if (s.view(s.groups.members_unknown[g]).empty()) continue;
    if (distances[0][g] == kUnreached && distances[1][g] == kUnreached) continue;
    open[s.groups.source[g].index()].push_back(GroupId::at(g));
  }
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const model::SourceRecord& record = s.sources[i];
    std::string& why = reasons.emplace_back();
    if (record.coverage.state != model::CoverageState::complete) {
      why = fmt::format("directory {} was not completely seen ({})", record.name, record.coverage.in_words());
    }
    std::sort(open[i].begin(), open[i].end(), [&](GroupId x, GroupId y) { return rank[x.index()] < rank[y.index()]; });
    for (std::size_t n = 0; n < std::min(open[i].size(), kGroupsNamed); ++n) {
      const std::size_t g = open[i][n].index();
      why += fmt::format("{}not all members of {} could be read ({})", why.empty() ? "" : "; ",
                         s.view(s.groups.name[g]), s.view(s.groups.members_unknown[g]));
    }
    if (open[i].size() > kGroupsNamed)
      why += fmt::format("; the same for {} more groups", open[i].size() - kGroupsNamed);
  }
  return reasons;
}

}  // namespace

Access effective_access(const Snapshot& s) {
  Access out;
  const auto members = member_groups(s);
  out.rank_ = ranks(s);
  constexpr Tier kTiers[2] = {Tier::tier0, Tier::tier1};
  for (int t = 0; t < 2; ++t) {
    Ways ways = ways_to(kTiers[t], s, members, out.rank_);
    out.distance_[t] = std::move(ways.distance);
    out.next_[t] = std::move(ways.next);
  }
  std::vector<base::TextId> unseen;
  for (const std::string& why : unseen_members(s, out.distance_, out.rank_)) unseen.push_back(out.text_.intern(why));
  out.reach_.resize(s.accounts.size());
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    Reach& reach = out.reach_[i];
    for (int t = 0; t < 2 && reach.tier == Tier::none; ++t) {
      GroupId step = out.first_step(s, AccountId::at(i), t);
      if (!step.valid()) continue;
      reach.tier = kTiers[t];
      reach.distance = static_cast<std::uint16_t>(std::min(out.distance_[t][step.index()] + 1, kMaxDistance));
      while (out.next_[t][step.index()].valid()) step = out.next_[t][step.index()];
      reach.group = step;
    }
    if (reach.tier != Tier::tier0) reach.unseen = unseen[s.accounts.source[i].index()];
  }
  return out;
}

GroupId Access::first_step(const Snapshot& s, AccountId account, int tier) const {
  GroupId best;
  for (const GroupId group : s.groups_of_account.row(account.index())) {
    const std::uint32_t distance = distance_[tier][group.index()];
    if (distance == kUnreached) continue;
    const bool nearer = !best.valid() || distance < distance_[tier][best.index()];
    const bool as_near = best.valid() && distance == distance_[tier][best.index()];
    if (nearer || (as_near && rank_[group.index()] < rank_[best.index()])) best = group;
  }
  return best;
}

std::vector<std::string> Access::names_from(const Snapshot& s, AccountId account, GroupId step, int tier) const {
  std::vector<std::string> names{std::string(s.view(s.accounts.login[account.index()]))};
  for (; step.valid(); step = next_[tier][step.index()]) names.emplace_back(s.view(s.groups.name[step.index()]));
  return names;
}

std::vector<std::string> Access::path(const Snapshot& s, AccountId account) const {
  const Reach& reach = reach_[account.index()];
  if (reach.tier == Tier::none) return {};
  const int tier = reach.tier == Tier::tier0 ? 0 : 1;
  return names_from(s, account, first_step(s, account, tier), tier);
}

std::vector<std::string> Access::path_through(const Snapshot& s, AccountId account, GroupId group) const {
  if (!leads_to_privilege(group)) return {};
  return names_from(s, account, group, distance_[0][group.index()] != kUnreached ? 0 : 1);
}

bool Access::leads_to_privilege(GroupId group) const {
  return distance_[0][group.index()] != kUnreached || distance_[1][group.index()] != kUnreached;
}

}  // namespace tally::access
