#include "policy/access/group_graph.h"

#include <algorithm>

namespace tally::access {
namespace {

using model::GroupId;
using model::Snapshot;

/// Tarjan's algorithm with a stack of its own. Components end in the order "what it is in first".
class Tarjan {
 public:
  Tarjan(const model::SparseRows<GroupId>& above, std::size_t groups, std::vector<std::uint32_t>& component,
         std::vector<GroupId>& order)
      : above_(above), seen_(groups, 0), low_(groups, 0), component_(component), order_(order) {}

  void start(std::uint32_t group) {
    if (seen_[group] != 0) return;
    enter(group);
    while (!path_.empty()) step();
  }

 private:
  struct Frame {
    std::uint32_t group;
    std::uint64_t next;  ///< edge to look at
  };

  void enter(std::uint32_t group) {
    seen_[group] = low_[group] = ++clock_;
    open_.push_back(group);
    path_.push_back({group, group < above_.rows() ? above_.offsets[group] : 0});
  }

  void step() {
    Frame& frame = path_.back();
    const std::uint32_t group = frame.group;
    if (group < above_.rows() && frame.next < above_.offsets[group + 1]) {
      const std::uint32_t other = above_.targets[frame.next++].index();
      if (seen_[other] == 0) {
        enter(other);
      } else if (component_[other] == kOpen) {
        low_[group] = std::min(low_[group], seen_[other]);
      }
      return;
    }
    path_.pop_back();
    if (!path_.empty()) low_[path_.back().group] = std::min(low_[path_.back().group], low_[group]);
    if (low_[group] == seen_[group]) close(group);
  }

  void close(std::uint32_t first) {
    std::uint32_t group = 0;
    do {
      group = open_.back();
      open_.pop_back();
      component_[group] = components_;
      order_.emplace_back(group);
    } while (group != first);
    ++components_;
  }

 public:
  static constexpr std::uint32_t kOpen = 0xFFFFFFFF;

 private:
  const model::SparseRows<GroupId>& above_;
  std::vector<std::uint32_t> seen_, low_;
  std::vector<std::uint32_t>& component_;
  std::vector<GroupId>& order_;
  std::vector<std::uint32_t> open_;
  std::vector<Frame> path_;
  std::uint32_t clock_ = 0, components_ = 0;
};

}  // namespace

GroupGraph::GroupGraph(const Snapshot& s) {
  transpose(s);
  order_by_dn(s);
  find_circles(s);
  measure_depth(s);
}

/// Who is directly in a group of groups: the transpose of groups_of_group.
void GroupGraph::transpose(const Snapshot& s) {
  members_.offsets.assign(s.groups.size() + 1, 0);
  for (const GroupId parent : s.groups_of_group.targets) ++members_.offsets[parent.index() + 1];
  for (std::size_t i = 1; i < members_.offsets.size(); ++i) members_.offsets[i] += members_.offsets[i - 1];
  members_.targets.resize(s.groups_of_group.targets.size());
  std::vector<std::uint64_t> fill(members_.offsets.begin(), members_.offsets.end() - 1);
  for (std::size_t child = 0; child < s.groups_of_group.rows(); ++child) {
    for (const GroupId parent : s.groups_of_group.row(child)) {
      members_.targets[fill[parent.index()]++] = GroupId::at(child);
    }
  }
}

void GroupGraph::order_by_dn(const Snapshot& s) {
  std::vector<GroupId> order;
  for (std::size_t i = 0; i < s.groups.size(); ++i) order.push_back(GroupId::at(i));
  std::sort(order.begin(), order.end(), [&](GroupId a, GroupId b) {
    const int by_dn = s.view(s.groups.dn[a.index()]).compare(s.view(s.groups.dn[b.index()]));
    return by_dn != 0 ? by_dn < 0 : s.groups.source[a.index()] < s.groups.source[b.index()];
  });
  rank_.resize(s.groups.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank_[order[i].index()] = static_cast<std::uint32_t>(i);
}

void GroupGraph::find_circles(const Snapshot& s) {
  component_.assign(s.groups.size(), Tarjan::kOpen);
  order_.reserve(s.groups.size());
  Tarjan search(s.groups_of_group, s.groups.size(), component_, order_);
  for (std::uint32_t group = 0; group < s.groups.size(); ++group) search.start(group);
  in_circle_.assign(s.groups.size(), 0);
  for (std::size_t child = 0; child < s.groups_of_group.rows(); ++child) {
    // An edge inside a component of two or more exists for each of its groups; alone it is a group in itself.
    for (const GroupId parent : s.groups_of_group.row(child)) {
      if (component_[child] == component_[parent.index()]) in_circle_[child] = 1;
    }
  }
}

/// Members first: each hands its depth on to what it is in, groups of one circle to all of them alike.
void GroupGraph::measure_depth(const Snapshot& s) {
  const std::size_t components = order_.empty() ? 0 : std::size_t{component_[order_.back().index()]} + 1;
  std::vector<std::uint32_t> depth(components, 0);
  for (auto group = order_.rbegin(); group != order_.rend(); ++group) {
    if (group->index() >= s.groups_of_group.rows()) continue;
    const std::uint32_t own = component_[group->index()];
    for (const GroupId parent : s.groups_of_group.row(group->index())) {
      std::uint32_t& above = depth[component_[parent.index()]];
      if (component_[parent.index()] != own) above = std::max(above, depth[own] + 1);
    }
  }
  depth_.resize(s.groups.size());
  for (std::size_t i = 0; i < depth_.size(); ++i) depth_[i] = depth[component_[i]];
}

}  // namespace tally::access
