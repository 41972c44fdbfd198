// Control reading: which entries' security descriptors are needed to say who controls what, and asking for them.
//
//   ControlReading reading(harvest, watched, tree, {by_sid, by_dn});
//   reading.run();                 // rows in harvest.controls; harvest.source.controls_unread says what is missing
//
// Needed are those of privileged groups and of everybody in them; then those of whoever holds rights over these, and of
// everybody in the groups that do; and so on until nobody new comes; and of the containers and group policies above all
// of these (control_tree.h). Of managed service accounts among them whoever may read their password holds a right too.
// Not those of the whole directory: of 100,000 entries some hundreds are. After TableBuilder::finish(), for it needs
// memberships. Sends nothing itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/directory/control_rows.h"
#include "connectors/directory/control_tree.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/wanted_entries.h"

namespace tally::directory {

class ControlReading {
 public:
  /// Asks for the entries of these SIDs, or DNs. False: no more can be asked.
  using Ask = std::function<bool(const std::vector<std::string>& names, const std::function<void(const Entry&)>& each)>;
  struct Questions {
    Ask by_sid;  ///< objectClass, objectSid, nTSecurityDescriptor, msDS-GroupMSAMembership of each
    Ask by_dn;   ///< ControlTree::attributes() of each; of any naming context of the forest
  };

  /// Entries that are asked about in all.
  static constexpr std::size_t kMaxEntries = 50'000;
  /// SIDs, or DNs, of one question: a filter of some ten kilobytes.
  static constexpr std::size_t kAtOnce = 100;

  /// `watched`: groups that are as important as privileged ones: names, SIDs, or ends of SIDs ("-1104"). `tree` has
  /// the heads of domains, and outlives this.
  ControlReading(model::Harvest& harvest, const std::vector<std::string>& watched, ControlTree& tree,
                 Questions questions);
  /// Sets harvest.source.controls_unread: empty when every descriptor that is needed came. Names no people.
  void run();

 private:
  using Node = WantedEntries::Node;

  void want_holders();
  bool read_entries();
  bool read_above();
  bool ask_tree(std::vector<std::string> dns, void (ControlTree::*give)(const Entry&));
  bool ask_for(const std::vector<Node>& nodes);
  void take(const Entry& entry);
  [[nodiscard]] std::string_view sid(Node node) const;

  model::Harvest& harvest_;
  ControlTree& tree_;
  Questions questions_;
  std::unordered_map<std::string, Node> by_sid_;
  WantedEntries wanted_;
  std::vector<bool> read_;  ///< by node
  std::size_t rows_looked_at_ = 0, next_ = 0;
  std::uint64_t delivered_ = 0, withheld_ = 0;
};

}  // namespace tally::directory
