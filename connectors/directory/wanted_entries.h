// Wanted entries: whose access control matters: privileged groups, everybody in them, and whoever is added on the way.
//
//   WantedEntries wanted(harvest, options.watched_groups);
//   for (std::size_t i = 0; i < wanted.queue().size(); ++i) …     // may want() more meanwhile
//
// After TableBuilder::finish(), for it needs memberships.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/snapshot.h"

namespace tally::directory {

class WantedEntries {
 public:
  /// An account (its row), or a group (its row behind the accounts).
  using Node = std::size_t;

  /// `watched`: groups that are as important as privileged ones: names, SIDs, or ends of SIDs ("-1104").
  WantedEntries(const model::Harvest& harvest, const std::vector<std::string>& watched);
  void want(Node node);
  /// The group and everybody in it, over groups in groups.
  void want_with_members(Node group);
  [[nodiscard]] const std::vector<Node>& queue() const { return queue_; }
  [[nodiscard]] bool is_group(Node node) const { return node >= harvest_.accounts.size(); }
  [[nodiscard]] model::GroupId group(Node node) const { return model::GroupId::at(node - harvest_.accounts.size()); }
  [[nodiscard]] Node node_of(model::GroupId group) const { return harvest_.accounts.size() + group.index(); }
  /// Nodes directly in the group.
  [[nodiscard]] std::span<const std::uint32_t> members(model::GroupId group) const {
    return members_.row(group.index());
  }

 private:
  void find_members();

  const model::Harvest& harvest_;
  model::SparseRows<std::uint32_t> members_;  ///< by group
  std::vector<bool> wanted_;                  ///< by node
  std::vector<Node> queue_;                   ///< wanted, in this order
};

}  // namespace tally::directory
