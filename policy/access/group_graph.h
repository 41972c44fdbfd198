// GroupGraph: how groups lie in one another: who is in whom, which go round in circles, how deep they are nested.
//
//   GroupGraph graph(snapshot);
//   if (graph.in_circle(group)) …                       // it contains itself, perhaps through others
//   for (GroupId parent_first : graph.parents_first()) …
//
// A circle is a strongly connected component (Tarjan 1972) of more than one group, or a group that is its own member.
// Linear in groups and nestings, in time and in memory; depth of nesting costs no stack. Accounts are not in it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/model/snapshot.h"

namespace tally::access {

class GroupGraph {
 public:
  GroupGraph() = default;
  explicit GroupGraph(const model::Snapshot& snapshot);

  /// Which groups are directly in that group.
  [[nodiscard]] std::span<const model::GroupId> members(model::GroupId group) const {
    return members_.row(group.index());
  }
  /// The group's place in the order of DNs (then of sources): what choices between equals go by, so that they do not
  /// depend on the order of reading.
  [[nodiscard]] std::uint32_t rank(model::GroupId group) const { return rank_[group.index()]; }
  [[nodiscard]] bool in_circle(model::GroupId group) const { return in_circle_[group.index()] != 0; }
  /// The most nestings below the group one under the other; a circle counts as one group. 0: no group is in it.
  [[nodiscard]] std::uint32_t nesting_depth(model::GroupId group) const { return depth_[group.index()]; }
  /// Every group once; what a group is in comes before it, circles aside, whose groups stand together.
  [[nodiscard]] std::span<const model::GroupId> parents_first() const { return order_; }
  /// Groups of one number go round in one circle; others have a number of their own. Ascending in parents_first().
  [[nodiscard]] std::uint32_t component(model::GroupId group) const { return component_[group.index()]; }

 private:
  void transpose(const model::Snapshot& s);
  void order_by_dn(const model::Snapshot& s);
  void find_circles(const model::Snapshot& s);
  void measure_depth(const model::Snapshot& s);

  model::SparseRows<model::GroupId> members_;
  std::vector<std::uint32_t> rank_, component_, depth_;
  std::vector<std::uint8_t> in_circle_;
  std::vector<model::GroupId> order_;
};

}  // namespace tally::access
