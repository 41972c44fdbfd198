#include "policy/access/control_graph.h"

#include <algorithm>
#include <string>

namespace tally::access {
namespace {

using model::AccountId;
using model::ControlledKind;
using model::GroupId;
using model::Tier;

constexpr Tier kTiers[2] = {Tier::tier0, Tier::tier1};

bool believed(const model::SourceRecord& source) {
  return source.coverage.state == model::CoverageState::complete ||
         source.coverage.state == model::CoverageState::partial;
}

/// What is no entry of a group or an account; its DN follows.
std::string words_for(ControlledKind kind) {
  switch (kind) {
    case ControlledKind::domain: return "the domain ";
    case ControlledKind::database: return "all entries below ";
    case ControlledKind::configuration: return "the server's configuration, ";
    case ControlledKind::hosts: return {};  // said in words already
    default: return "the template of administrators ";
  }
}

}  // namespace

ControlGraph::ControlGraph(const model::Snapshot& s, const Access& access)
    : s_(s), access_(access), everybody_(s.sources.size()) {
  find_nodes();
  find_holders();
  for (int tier = 0; tier < 2; ++tier) spread(tier);
}

ControlGraph::Node ControlGraph::of(AccountId account) const {
  const auto found = account_nodes_.find(account.index());
  return found == account_nodes_.end() ? kNone : found->second;
}

std::string_view ControlGraph::name(Node node) const {
  if (node < s_.groups.size()) return s_.view(s_.groups.name[node]);
  return s_.view(s_.accounts.login[accounts_[node - s_.groups.size()].index()]);
}

bool ControlGraph::takes_over(std::uint32_t row) const {
  return (s_.controls.rights[row] & ~model::kReplicationRights) != 0;
}

/// Accounts that rights are about, or that hold some.
void ControlGraph::find_nodes() {
  const model::Controls& c = s_.controls;
  std::unordered_map<std::string_view, bool> holders;
  for (std::size_t row = 0; row < c.size(); ++row) {
    if (const std::string_view sid = s_.view(c.holder[row]); !sid.empty()) holders.emplace(sid, false);
  }
  const auto add = [&](AccountId account) {
    const auto node = static_cast<Node>(s_.groups.size() + accounts_.size());
    if (account_nodes_.emplace(account.index(), node).second) accounts_.push_back(account);
  };
  for (const AccountId account : c.account) {
    if (account.valid()) add(account);
  }
  for (std::size_t i = 0; i < s_.accounts.size() && !holders.empty(); ++i) {
    if (holders.contains(s_.view(s_.accounts.sid[i])) || holders.contains(s_.view(s_.accounts.dn[i])))
      add(AccountId::at(i));
  }
  held_.resize(s_.groups.size() + accounts_.size());
  about_.resize(held_.size());
  members_.resize(s_.groups.size());
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    for (const GroupId group : s_.groups_of_account.row(accounts_[i].index())) {
      members_[group.index()].push_back(static_cast<Node>(s_.groups.size() + i));
    }
  }
}

ControlGraph::Node ControlGraph::object_of(std::uint32_t row) const {
  if (s_.controls.kind[row] == ControlledKind::group) return of(s_.controls.group[row]);
  return s_.controls.kind[row] == ControlledKind::account ? of(s_.controls.account[row]) : kNone;
}

void ControlGraph::find_holders() {
  const model::Controls& c = s_.controls;
  std::unordered_multimap<std::string_view, Node> by_sid;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    by_sid.emplace(s_.view(s_.accounts.sid[accounts_[i].index()]), static_cast<Node>(s_.groups.size() + i));
    by_sid.emplace(s_.view(s_.accounts.dn[accounts_[i].index()]), static_cast<Node>(s_.groups.size() + i));
  }
  for (std::size_t i = 0; i < s_.groups.size() && c.size() > 0; ++i) {
    by_sid.emplace(s_.view(s_.groups.sid[i]), static_cast<Node>(i));
    by_sid.emplace(s_.view(s_.groups.dn[i]), static_cast<Node>(i));
  }
  holders_.resize(c.size());
  for (std::uint32_t row = 0; row < c.size(); ++row) {
    const std::string_view sid = s_.view(c.holder[row]);
    if (sid.empty() || !believed(s_.source(c.source[row])) || !s_.view(c.doubt[row]).empty()) continue;
    if (const Node object = object_of(row); object != kNone) about_[object].push_back(row);
    if (c.everybody[row] != 0) {
      everybody_[c.source[row].index()].push_back(row);
      continue;
    }
    // S-1-5-32-544 is another group in every directory, and so may a DN be.
    const bool local = !sid.starts_with("S-1-5-21-");
    bool known = false;
    for (auto [at, end] = by_sid.equal_range(sid); at != end; ++at) {
      const bool group = at->second < s_.groups.size();
      const model::SourceId home =
          group ? s_.groups.source[at->second] : s_.accounts.source[accounts_[at->second - s_.groups.size()].index()];
      if (local && home != c.source[row]) continue;
      held_[at->second].push_back(row);
      holders_[row].push_back(at->second);
      known = true;
    }
    if (!known) strangers_.push_back(row);
  }
}

std::uint32_t ControlGraph::distance_of_object(std::uint32_t row, int tier) const {
  const Node object = object_of(row);
  if (object != kNone) return distance_[tier][object];
  return (s_.controls.kind[row] == ControlledKind::hosts ? tier == 1 : tier == 0) ? 0 : kUnreached;
}

/// Groups by DN, then accounts by DN: not by the order of reading.
bool ControlGraph::comes_first(Node a, Node b) const {
  const bool group_a = a < s_.groups.size(), group_b = b < s_.groups.size();
  if (group_a != group_b) return group_a;
  if (group_a) return access_.graph().rank(GroupId(a)) < access_.graph().rank(GroupId(b));
  const auto dn = [&](Node node) { return s_.view(s_.accounts.dn[accounts_[node - s_.groups.size()].index()]); };
  return dn(a) != dn(b) ? dn(a) < dn(b) : a < b;
}

void ControlGraph::reach(Node node, int tier, std::uint32_t distance, Step step, std::vector<Node>& level) {
  if (distance_[tier][node] != kUnreached) return;
  distance_[tier][node] = distance;
  step_[tier][node] = step;
  level.push_back(node);
}

/// Breadth-first from the power down, over members and holders.
void ControlGraph::spread(int tier) {
  distance_[tier].assign(held_.size(), kUnreached);
  step_[tier].resize(held_.size());
  std::vector<Node> level;
  for (Node g = 0; g < s_.groups.size(); ++g) {
    if (access_.tiers().of(GroupId(g)) == kTiers[tier]) reach(g, tier, 0, {}, level);
  }
  // Whoever copies all secrets needs no further right, so such an account is as good as an administrator's.
  std::vector<Node> below;
  for (Node holder = 0; holder < held_.size(); ++holder) {
    for (const std::uint32_t row : held_[holder]) {
      const bool secrets = (s_.controls.rights[row] & model::kReplicationRights) == model::kReplicationRights;
      if (object_of(row) == kNone && distance_of_object(row, tier) == 0 && (takes_over(row) || secrets))
        reach(holder, tier, 1, {kNone, row}, below);
    }
  }
  for (std::uint32_t distance = 1; !level.empty() || !below.empty(); ++distance) {
    std::sort(level.begin(), level.end(), [&](Node a, Node b) { return comes_first(a, b); });
    for (const Node node : level) {
      if (node < s_.groups.size()) {
        for (const GroupId member : access_.graph().members(GroupId(node)))
          reach(of(member), tier, distance, {node, kNone}, below);
        for (const Node member : members_[node]) reach(member, tier, distance, {node, kNone}, below);
      }
      for (const std::uint32_t row : about_[node]) {
        for (const Node holder : holders_[row]) reach(holder, tier, distance, {node, row}, below);
      }
    }
    level.swap(below);
    below.clear();
  }
}

void ControlGraph::describe_from(std::uint32_t row, int tier, std::vector<std::string>& out) const {
  while (true) {
    out.emplace_back(model::in_words(s_.controls.rights[row]));
    Node node = object_of(row);
    if (node == kNone) {
      out.push_back(words_for(s_.controls.kind[row]) + std::string(s_.view(s_.controls.object[row])));
      return;
    }
    out.emplace_back(name(node));
    while (distance_[tier][node] != 0 && step_[tier][node].row == kNone) {
      node = step_[tier][node].to;
      out.emplace_back("member of");
      out.emplace_back(name(node));
    }
    if (distance_[tier][node] == 0) return;
    row = step_[tier][node].row;
  }
}

}  // namespace tally::access
