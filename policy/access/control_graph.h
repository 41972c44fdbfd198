// ControlGraph: groups, those accounts that rights are about or belong to, and objects between them and the power
// (units, group policies), as nodes; who is in control of a tier over how many steps, and by which. Inner to this
// library (control.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/access/access.h"

namespace tally::access {

class ControlGraph {
 public:
  ControlGraph(const model::Snapshot& snapshot, const Access& access);

  /// A group, an account that some right is about or belongs to, or an object on the way.
  using Node = std::uint32_t;
  static constexpr Node kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kUnreached = 0xFFFFFFFF;

  [[nodiscard]] Node of(model::GroupId group) const { return group.index(); }
  [[nodiscard]] Node of(model::AccountId account) const;
  [[nodiscard]] std::string_view name(Node node) const;
  /// Rows of Controls that the node itself holds.
  [[nodiscard]] const std::vector<std::uint32_t>& held_by(Node node) const { return held_[node]; }
  /// Rows that everybody of that directory holds.
  [[nodiscard]] const std::vector<std::uint32_t>& everybodys(model::SourceId source) const {
    return everybody_[source.index()];
  }
  /// Whether the row lets its holder take its object over; rights to copy secrets alone do not.
  [[nodiscard]] bool takes_over(std::uint32_t row) const;
  /// How many steps the object of the row lies from power of that tier (0: tier 0, 1: tier 1); kUnreached: none.
  [[nodiscard]] std::uint32_t distance_of_object(std::uint32_t row, int tier) const;
  [[nodiscard]] std::uint32_t distance(Node node, int tier) const { return distance_[tier][node]; }
  /// From the object of the row to the power: words, name, words, name …
  void describe_from(std::uint32_t row, int tier, std::vector<std::string>& out) const;
  /// Holders whom no directory shows: rows.
  [[nodiscard]] const std::vector<std::uint32_t>& strangers() const { return strangers_; }

 private:
  struct Step {
    Node to = kNone;            ///< kNone: the object is the domain itself, or its template
    std::uint32_t row = kNone;  ///< the right; kNone: a membership
  };

  void find_nodes();
  void find_objects();
  void find_holders();
  void spread(int tier);
  void reach(Node node, int tier, std::uint32_t distance, Step step, std::vector<Node>& level);
  [[nodiscard]] Node object_of(std::uint32_t row) const;
  [[nodiscard]] Node first_object() const { return static_cast<Node>(s_.groups.size() + accounts_.size()); }
  /// What is not in the order of reading: the DN, or the words, of an account or object.
  [[nodiscard]] std::string_view text_of(Node node) const;
  [[nodiscard]] model::SourceId home_of(Node node) const;
  [[nodiscard]] bool comes_first(Node a, Node b) const;

  const model::Snapshot& s_;
  const Access& access_;
  std::unordered_map<std::uint32_t, Node> account_nodes_;
  std::vector<model::AccountId> accounts_;                ///< by node, behind the groups
  std::vector<std::uint32_t> objects_;                    ///< by node, behind the accounts: a row that is about it
  std::vector<Node> object_nodes_;                        ///< by row; kNone: its object is no such node
  std::vector<std::vector<std::uint32_t>> held_, about_;  ///< by node: rows
  std::vector<std::vector<Node>> holders_;                ///< by row
  std::vector<std::vector<std::uint32_t>> everybody_;     ///< by source: rows
  std::vector<std::vector<Node>> members_;                ///< by group: those of its direct members that are nodes
  std::vector<std::uint32_t> strangers_;
  std::vector<std::uint32_t> distance_[2];
  std::vector<Step> step_[2];
};

}  // namespace tally::access
