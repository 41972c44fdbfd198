// gPLink: which group policies are linked to a domain, an organizational unit or a site ([MS-GPOL] 2.2.2).
//
//   const auto links = parse_policy_links("[LDAP://cn={31B2…},cn=policies,cn=system,DC=corp;0][LDAP://cn={…},…;2]");
//   if (!links) …                                      // the message names the place and what was expected there
//   for (const PolicyLink& link : *links) if (link.enabled) …
//
// A value of spaces alone is what is left when the last link was taken away. Pure; believes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/base/result.h"

namespace tally::directory {

struct PolicyLink {
  std::string dn;         ///< of the groupPolicyContainer, as written
  bool enabled = true;    ///< GPLinkOptions without bit 0
  bool enforced = false;  ///< bit 1: it applies below units that block policies from above, too
};

/// Fails (malformed) at what is no link. The order is that of the value.
base::Result<std::vector<PolicyLink>> parse_policy_links(std::string_view value);

/// gPOptions ([MS-GPOL] 2.2.2): policies that are linked above and not enforced do not apply here and below. A value
/// that is no number does not block: so none is left out.
bool blocks_policies(std::string_view options);

}  // namespace tally::directory
