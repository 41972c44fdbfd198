// Control rows: what the security descriptor of one entry of Active Directory says, as rows of model::Controls.
//
//   add_controls(harvest, {ControlledKind::group, {}, group}, ControlledClass::group, dn, descriptor_bytes);
//
// Holders that have such rights as delivered are left out: they are of tier 0 already (MS-DTYP 2.4.2.4: SYSTEM,
// Administrators, Domain Admins …), or the entry itself (SELF). AdminSDHolder is stricter: there the groups that
// Windows puts into its list are as delivered, and no other one of tier 0 (MS-ADTS 6.1.1.6.1.1, 3.1.1.6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/object_rights.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

struct Controlled {
  model::ControlledKind kind = model::ControlledKind::account;
  model::AccountId account;  ///< of kind account
  model::GroupId group;      ///< of kind group
};

/// Adds the rows, and the one that says that the list was read. Bytes that are no descriptor give that row alone, with
/// the place and what was expected there as its doubt. `dn`: the object as the rows have it. True unless the list is
/// protected from what is inherited (SE_DACL_PROTECTED, [MS-DTYP] 2.4.6); what is not understood inherits.
bool add_controls(model::Harvest& harvest, const Controlled& object, ControlledClass of, std::string_view dn,
                  std::string_view descriptor);

/// Of a group managed service account: rows for whom its msDS-GroupMSAMembership lets read its password, and for what
/// of it is not understood. When that was not delivered, who may cannot be told, although nobody may be in it: what is
/// hidden looks the same, and a server may answer the question for its absence by what the account sees (Samba 4.17
/// does). The row that the list was read is add_controls()'s.
void add_password_readers(model::Harvest& harvest, const Controlled& object, std::string_view dn,
                          std::optional<std::string_view> membership);

/// The row of one holder, unless it has such rights as delivered; `sid` as text.
void add_holder(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view sid,
                std::uint32_t rights);
/// The row that says that the list was read; `doubt`: why there may be more rights than its holders' rows tell.
void add_list_read(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view doubt);

/// The row between two objects: whoever controls `above`, another row's object, controls this one.
void add_step(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view above,
              model::ControlRight how);

ControlledClass controlled_class(model::AccountKind kind);

class Entry;
/// The directory makes its password, and msDS-GroupMSAMembership says who reads it: group and delegated managed service
/// accounts ([MS-ADSC]).
bool has_managed_password(const Entry& entry);

/// "CN=AdminSDHolder,CN=System,DC=…", however it is written.
bool is_admin_sd_holder(std::string_view dn);
/// "CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,…", which has dSHeuristics.
bool is_directory_service(std::string_view dn);
/// The DC parts at the end of a DN, as written; empty when there are none.
std::string_view domain_head(std::string_view dn);
/// Of several DNs, each once, in their order.
std::vector<std::string> domain_heads(const std::vector<std::string>& dns);
/// The head of the configuration of the forest for what lies in it, of the domain for everything else.
std::string_view naming_context(std::string_view dn);

}  // namespace tally::directory
