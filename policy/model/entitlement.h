// What a pack says about groups: which of them mean power, and what being in them lets somebody do.
//
//   PrivilegedTarget{.groups = {.name = "DnsAdmins"}, .tier = Tier::tier0, .reason = "May load code into …"}
//   EntitlementClass{.name = "payments.approve", .groups = {{.name = "AP Approvers"}}}
//
// Values; policy/access finds the groups. Not the memberships themselves: those are the snapshot's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/account.h"

namespace tally::model {

/// Which groups are meant: those that fit everything that is set. Nothing set: none.
struct GroupChoice {
  /// The group's name, the value of its first RDN, or its DN; the case of ASCII letters is ignored.
  std::string name{};
  std::string sid{};                   ///< "S-1-5-32-551", exactly
  std::optional<std::uint32_t> rid{};  ///< of every Windows domain: S-1-5-21-…-rid
  std::string source{};                ///< in that directory alone; empty: in all
  std::string profile{};  ///< in directories of that kind alone, "active-directory" or "openldap"; empty: in all
};

/// Groups whose members have power, beside those that the connector knows by SID and the configuration names.
struct PrivilegedTarget {
  GroupChoice groups;
  Tier tier = Tier::tier0;
  std::string reason;  ///< one sentence: what its members can do, and who says so
};

/// A class of entitlements: "who is in one of these groups can …". Rules on separation of duties compare classes.
struct EntitlementClass {
  std::string name;  ///< "payments.approve"
  std::string about;
  std::vector<GroupChoice> groups;
};

}  // namespace tally::model
