#include "policy/access/access.h"

#include <algorithm>
#include <unordered_map>

#include "policy/access/doubt.h"
#include "policy/access/relations.h"

namespace tally::access {
namespace {

using model::AccountId;
using model::BoolFact;
using model::GroupId;
using model::Snapshot;
using model::SourceId;
using model::Tier;

constexpr std::uint32_t kUnreached = 0xFFFFFFFF;
/// Reach counts memberships in 16 bits; nobody reads a longer way.
constexpr std::uint32_t kMaxDistance = 0xFFFF;
/// What a path calls the group of every Unix host that no directory has an entry for.
constexpr const char* kRootGroup = "gidNumber=0";
constexpr Tier kTiers[2] = {Tier::tier0, Tier::tier1};

struct Steps {
  std::vector<std::uint32_t> distance;  ///< by group
  std::vector<GroupId> next;            ///< by group
};

/// Breadth-first from the groups of one tier to everything nested in them, level by level in the order of ranks: of
/// several shortest ways the one through the smallest rank wins.
Steps steps_to(Tier tier, std::size_t groups, const Tiers& tiers, const GroupGraph& graph) {
  const auto by_rank = [&](GroupId a, GroupId b) { return graph.rank(a) < graph.rank(b); };
  Steps steps{std::vector<std::uint32_t>(groups, kUnreached), std::vector<GroupId>(groups)};
  std::vector<GroupId> level;
  for (std::size_t i = 0; i < groups; ++i) {
    if (tiers.of(GroupId::at(i)) != tier) continue;
    steps.distance[i] = 0;
    level.push_back(GroupId::at(i));
  }
  std::sort(level.begin(), level.end(), by_rank);
  for (std::uint32_t distance = 1; !level.empty(); ++distance) {
    std::vector<GroupId> below;
    for (const GroupId group : level) {
      for (const GroupId member : graph.members(group)) {
        if (steps.distance[member.index()] != kUnreached) continue;
        steps.distance[member.index()] = distance;
        steps.next[member.index()] = group;
        below.push_back(member);
      }
    }
    std::sort(below.begin(), below.end(), by_rank);
    level.swap(below);
  }
  return steps;
}

/// Breadth-first from an account's groups up. Levels are in the order in which their ways sort by rank, step for step,
/// so that whoever comes to a group first came by the way that sorts first.
class Climb {
 public:
  Climb(const Snapshot& s, const GroupGraph& graph, std::span<const GroupId> from) : graph_(graph) {
    add(from, GroupId());
    for (std::size_t next = 0; next < reached_.size(); ++next) {
      const GroupId group = reached_[next];
      if (group.index() < s.groups_of_group.rows()) add(s.groups_of_group.row(group.index()), group);
    }
  }

  [[nodiscard]] const std::vector<GroupId>& reached() const { return reached_; }
  /// From the account's direct group to `target`, which was reached.
  [[nodiscard]] std::vector<GroupId> way_to(GroupId target) const {
    std::vector<GroupId> way;
    for (GroupId group = target; group.valid(); group = from_.at(group)) way.push_back(group);
    std::reverse(way.begin(), way.end());
    return way;
  }

 private:
  void add(std::span<const GroupId> groups, GroupId from) {
    std::vector<GroupId> sorted(groups.begin(), groups.end());
    std::sort(sorted.begin(), sorted.end(), [&](GroupId a, GroupId b) { return graph_.rank(a) < graph_.rank(b); });
    for (const GroupId group : sorted) {
      if (from_.emplace(group, from).second) reached_.push_back(group);
    }
  }

  struct Hash {
    std::size_t operator()(GroupId group) const { return group.index(); }
  };
  const GroupGraph& graph_;
  std::vector<GroupId> reached_;
  std::unordered_map<GroupId, GroupId, Hash> from_;  ///< the group before on the way; invalid: the account itself
};

std::vector<base::TextId> interned(const std::vector<std::string>& sentences, base::TextPool& text) {
  std::vector<base::TextId> out;
  for (const std::string& sentence : sentences) out.push_back(text.intern(sentence));
  return out;
}

}  // namespace

Access effective_access(const Snapshot& s, std::span<const model::PrivilegedTarget> targets) {
  Access out(s);
  out.tiers_ = Tiers(s, targets);
  out.find_ways(s);
  out.find_circles(s);
  out.find_doubts(s);
  out.reach_.reserve(s.accounts.size());
  for (std::size_t i = 0; i < s.accounts.size(); ++i) out.reach_.push_back(out.reach_of(s, AccountId::at(i)));
  return out;
}

void Access::find_ways(const Snapshot& s) {
  for (int t = 0; t < 2; ++t) {
    Steps steps = steps_to(kTiers[t], s.groups.size(), tiers_, graph_);
    distance_[t] = std::move(steps.distance);
    next_[t] = std::move(steps.next);
  }
}

void Access::find_circles(const Snapshot& s) {
  circular_way_.assign(s.groups.size(), 0);
  for (const GroupId group : graph_.parents_first()) {
    if (!leads_to_privilege(group)) continue;
    std::uint8_t& circular = circular_way_[group.index()];
    circular = graph_.in_circle(group) ? 1 : 0;
    if (group.index() >= s.groups_of_group.rows()) continue;
    for (const GroupId above : s.groups_of_group.row(group.index())) circular |= circular_way_[above.index()];
  }
}

void Access::find_doubts(const Snapshot& s) {
  const Relations relations(s);
  const auto some = [&](GroupId group) { return leads_to_privilege(group); };
  // Who is in a population that nobody lists is so over that population, not directly.
  const auto direct = [&](GroupId group) {
    return tiers_.of(group) != Tier::none && s.groups.members_unlisted[group.index()] == 0;
  };
  const auto listed = [&](GroupId group) { return s.groups.members_unlisted[group.index()] == 0; };
  doubt_ = interned(doubts(s, graph_, relations, some), text_);
  direct_doubt_ = interned(doubts(s, graph_, relations, direct), text_);
  group_doubt_ = interned(doubts(s, graph_, relations, listed), text_);
  primary_unseen_ = text_.intern("the primary group was not seen");
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const auto hosts = relations.directly_above(SourceId::at(i));
    hosts_.emplace_back(hosts.begin(), hosts.end());
  }
}

Reach Access::reach_of(const Snapshot& s, AccountId account) const {
  Reach reach;
  for (int t = 0; t < 2 && reach.tier == Tier::none; ++t) {
    GroupId step = first_step(s, account, t);
    if (!step.valid()) continue;
    reach.tier = kTiers[t];
    reach.distance = static_cast<std::uint16_t>(std::min(distance_[t][step.index()] + 1, kMaxDistance));
    while (next_[t][step.index()].valid()) step = next_[t][step.index()];
    reach.group = step;
  }
  if (reach.tier == Tier::none && in_root_group(s, account)) {
    reach.tier = Tier::tier1;
    reach.distance = 1;
  }
  if (reach.tier != Tier::tier0) reach.unseen = doubt(s, account, doubt_);
  return reach;
}

base::TextId Access::doubt(const Snapshot& s, AccountId account, const std::vector<base::TextId>& by_source) const {
  const base::TextId why = by_source[s.accounts.source[account.index()].index()];
  return text_.view(why).empty() && doubtful_primary_group(s, account) ? primary_unseen_ : why;
}

GroupId Access::first_step(const Snapshot& s, AccountId account, int tier) const {
  GroupId best;
  for (const GroupId group : s.groups_of_account.row(account.index())) {
    const std::uint32_t distance = distance_[tier][group.index()];
    if (distance == kUnreached) continue;
    const bool nearer = !best.valid() || distance < distance_[tier][best.index()];
    const bool as_near = best.valid() && distance == distance_[tier][best.index()];
    if (nearer || (as_near && graph_.rank(group) < graph_.rank(best))) best = group;
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
  if (!reach.group.valid()) return {std::string(s.view(s.accounts.login[account.index()])), kRootGroup};
  const int tier = reach.tier == Tier::tier0 ? 0 : 1;
  return names_from(s, account, first_step(s, account, tier), tier);
}

std::vector<std::string> Access::path_through(const Snapshot& s, AccountId account, GroupId group) const {
  if (!leads_to_privilege(group)) return {};
  return names_from(s, account, group, distance_[0][group.index()] != kUnreached ? 0 : 1);
}

std::vector<Way> Access::ways(const Snapshot& s, AccountId account) const {
  const Climb climb(s, graph_, s.groups_of_account.row(account.index()));
  std::vector<Way> out;
  for (const GroupId group : climb.reached()) {
    if (tiers_.of(group) != Tier::none) out.push_back({tiers_.of(group), climb.way_to(group)});
  }
  std::sort(out.begin(), out.end(), [&](const Way& a, const Way& b) {
    if (a.tier != b.tier) return a.tier > b.tier;
    if (a.groups.size() != b.groups.size()) return a.groups.size() < b.groups.size();
    return graph_.rank(a.groups.back()) < graph_.rank(b.groups.back());
  });
  return out;
}

std::vector<GroupId> Access::way_to(const Snapshot& s, AccountId account, GroupId group) const {
  return Climb(s, graph_, s.groups_of_account.row(account.index())).way_to(group);
}

Tier Access::leads_to(GroupId group) const {
  if (distance_[0][group.index()] != kUnreached) return Tier::tier0;
  return distance_[1][group.index()] != kUnreached ? Tier::tier1 : Tier::none;
}

BoolFact Access::only_through_nesting(const Snapshot& s, AccountId account) const {
  const Reach& reach = reach_[account.index()];
  if (!text_.view(reach.unseen).empty()) return BoolFact::unknown(reach.unseen);
  if (reach.distance <= 1) return BoolFact::known(false, {});
  const base::TextId direct = doubt(s, account, direct_doubt_);
  return text_.view(direct).empty() ? BoolFact::known(true, {}) : BoolFact::unknown(direct);
}

BoolFact Access::through_circle(const Snapshot& s, AccountId account) const {
  const auto row = s.groups_of_account.row(account.index());
  const bool power = reach_[account.index()].tier != Tier::none;  // a circle lies on a way to it, or matters to nobody
  if (power && std::any_of(row.begin(), row.end(), [&](GroupId group) { return circular_way_[group.index()] != 0; })) {
    return BoolFact::known(true, {});
  }
  const base::TextId why = ways_unseen(s, account);
  return text_.view(why).empty() ? BoolFact::known(false, {}) : BoolFact::unknown(why);
}

std::vector<std::string> Access::circle(const Snapshot& s, AccountId account) const {
  const Climb climb(s, graph_, s.groups_of_account.row(account.index()));
  const auto& all = climb.reached();
  const auto first = std::find_if(all.begin(), all.end(), [&](GroupId group) {
    return graph_.in_circle(group) && circular_way_[group.index()] != 0;
  });
  if (first == all.end()) return {};
  std::vector<GroupId> way = climb.way_to(*first);
  const auto round = Climb(s, graph_, s.groups_of_group.row(first->index())).way_to(*first);
  way.insert(way.end(), round.begin(), round.end());
  std::vector<std::string> names{std::string(s.view(s.accounts.login[account.index()]))};
  for (const GroupId group : way) names.emplace_back(s.view(s.groups.name[group.index()]));
  return names;
}

bool in_root_group(const Snapshot& s, AccountId account) {
  // "gidNumber=0: no group with that number was seen"
  return !s.accounts.primary_group[account.index()].valid() &&
         s.view(s.accounts.primary_group_basis[account.index()]).starts_with("gidNumber=0:");
}

bool doubtful_primary_group(const Snapshot& s, AccountId account) {
  const std::size_t row = account.index();
  if (s.accounts.primary_group[row].valid()) return false;
  const std::string_view basis = s.view(s.accounts.primary_group_basis[row]);
  return !basis.empty() && !basis.starts_with("gidNumber=") && !basis.starts_with("primaryGroupID=513:") &&
         !basis.starts_with("primaryGroupID=514:") && !basis.starts_with("primaryGroupID=515:");
}

}  // namespace tally::access
