// GroupStatements: what a pack says about groups: which of them mean power, and which classes of entitlements they are.
//
//   [[privileged_group]]
//   group = "DnsAdmins"              # its name or DN; or sid = "S-1-5-32-551", or rid = 512 of every domain
//   tier = 0
//   reason = "May load code into the DNS service of domain controllers."
//
//   [[entitlement]]
//   name = "payments.approve"
//   groups = ["AP Approvers"]        # names or DNs; and sids = ["S-1-…"]
//
// Both take `in = "corp-ad"`: only the groups of that directory; the first also `profile = "openldap"`. Inner to this
// library.
#pragma once

#include <string>
#include <vector>

#include "policy/model/entitlement.h"
#include "policy/rules/reader.h"

namespace tally::rules {

/// Notes every mistake; a statement with a mistake is left out.
std::vector<model::PrivilegedTarget> read_privileged_groups(const Node& root, Reader& reader);
/// The same; statements of one name are one class.
std::vector<model::EntitlementClass> read_entitlements(const Node& root, Reader& reader);

/// All of it in one form, length before text, for digests; "" when there is nothing.
std::string canonical_form(const std::vector<model::PrivilegedTarget>& targets,
                           const std::vector<model::EntitlementClass>& classes);

}  // namespace tally::rules
