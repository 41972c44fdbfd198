#include "policy/access/control_graph.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

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

/// Controlling these is power over what they reach, and no more.
bool is_on_the_way(ControlledKind kind) {
  return kind == ControlledKind::container || kind == ControlledKind::policy_scope ||
         kind == ControlledKind::group_policy;
}

/// What is power itself and no entry of a group or an account; its DN follows.
std::string words_for(ControlledKind kind) {
  switch (kind) {
    case ControlledKind::domain: return "the domain ";
    case ControlledKind::database: return "all entries below ";
    case ControlledKind::configuration: return "the server's configuration, ";
    case ControlledKind::hosts: return {};  // said in words already
    case ControlledKind::site: return "every computer of the site ";
    case ControlledKind::certificates: return "the certificates of the forest, ";
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
  if (node >= first_object()) return text_of(node);
  return s_.view(s_.accounts.login[accounts_[node - s_.groups.size()].index()]);
}

std::string_view ControlGraph::text_of(Node node) const {
  if (node >= first_object()) return s_.view(s_.controls.object[objects_[node - first_object()]]);
  return s_.view(s_.accounts.dn[accounts_[node - s_.groups.size()].index()]);
}

model::SourceId ControlGraph::home_of(Node node) const {
  if (node < s_.groups.size()) return s_.groups.source[node];
  if (node >= first_object()) return s_.controls.source[objects_[node - first_object()]];
  return s_.accounts.source[accounts_[node - s_.groups.size()].index()];
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
  find_objects();
  held_.resize(first_object() + objects_.size());
  about_.resize(held_.size());
  members_.resize(s_.groups.size());
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    for (const GroupId group : s_.groups_of_account.row(accounts_[i].index())) {
      members_[group.index()].push_back(static_cast<Node>(s_.groups.size() + i));
    }
  }
}

/// One node for each of these objects of a directory, however many rows are about it.
void ControlGraph::find_objects() {
  const model::Controls& c = s_.controls;
  std::map<std::tuple<std::size_t, ControlledKind, std::string_view>, Node> known;
  object_nodes_.assign(c.size(), kNone);
  for (std::uint32_t row = 0; row < c.size(); ++row) {
    if (!is_on_the_way(c.kind[row])) continue;
    const auto node = static_cast<Node>(first_object() + objects_.size());
    const auto [at, is_new] =
        known.emplace(std::tuple(c.source[row].index(), c.kind[row], s_.view(c.object[row])), node);
    if (is_new) objects_.push_back(row);
    object_nodes_[row] = at->second;
  }
}

ControlGraph::Node ControlGraph::object_of(std::uint32_t row) const {
  if (object_nodes_[row] != kNone) return object_nodes_[row];
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
  for (std::size_t i = 0; i < objects_.size(); ++i)
    by_sid.emplace(s_.view(c.object[objects_[i]]), static_cast<Node>(first_object() + i));
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
    const bool structure = (c.rights[row] & (model::kHolds | model::kApplies)) != 0;
    bool known = false;
    for (auto [at, end] = by_sid.equal_range(sid); at != end; ++at) {
      if (local && home_of(at->second) != c.source[row]) continue;
      // A computer may hold entries as a unit does: what it is and what it holds are two.
      if (structure != (at->second >= first_object())) continue;
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

/// Groups by DN, then accounts by DN, then objects: not by the order of reading.
bool ControlGraph::comes_first(Node a, Node b) const {
  const bool group_a = a < s_.groups.size(), group_b = b < s_.groups.size();
  if (group_a != group_b) return group_a;
  if (group_a) return access_.graph().rank(GroupId(a)) < access_.graph().rank(GroupId(b));
  const bool object_a = a >= first_object(), object_b = b >= first_object();
  if (object_a != object_b) return object_b;
  return text_of(a) != text_of(b) ? text_of(a) < text_of(b) : a < b;
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
