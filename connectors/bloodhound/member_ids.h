// Member ids: members of groups as a collection names them, by identifiers, made to entries once all objects are read.
//
//   ids.learn(object.id, dn);            // of every account and group
//   ids.member(group, "S-1-5-21-…-1104");
//   ids.resolve(domains, builder);       // into the builder's memberships; before builder.finish()
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connectors/directory/table_builder.h"

namespace tally::bloodhound {

/// A domain whose objects are in the files.
struct ReadDomain {
  std::string sid, dn;
};

class MemberIds {
 public:
  /// False when an object of that identifier came before.
  bool learn(std::string_view id, directory::Node node);
  void member(model::GroupId group, std::string_view id);
  /// A SID of a domain that was read and that no object has counts as missing inside the bases, and so does a DN that
  /// lies there; other SIDs are strangers (foreign security principals). A GUID is an entry without a SID, a contact:
  /// it cannot sign in.
  void resolve(const std::vector<ReadDomain>& domains, directory::TableBuilder& builder);
  [[nodiscard]] std::uint64_t without_sid() const { return without_sid_; }

 private:
  void stranger(model::GroupId group, std::string_view id, const std::vector<ReadDomain>& domains,
                directory::TableBuilder& builder);

  std::unordered_map<std::string, directory::Node> nodes_;
  base::TextPool names_;
  std::vector<std::pair<base::TextId, model::GroupId>> members_;
  std::uint64_t without_sid_ = 0;
};

}  // namespace tally::bloodhound
