#include "connectors/bloodhound/control_edges.h"

#include <map>
#include <string>

namespace tally::bloodhound {
namespace {

using model::ControlledKind;

constexpr std::uint32_t kOfAccount = model::kWriteKeyCredential | model::kWriteDelegation |
                                     model::kWriteServicePrincipal | model::kWriteAltSecurityIdentities |
                                     model::kWriteAccountRestrictions;
constexpr std::uint32_t kOfAll = model::kFullControl | model::kWriteDacl | model::kWriteOwner;

/// What the generic right to write means: every attribute of the object.
std::uint32_t writes(ControlledKind kind) {
  switch (kind) {
    case ControlledKind::account: return kOfAccount;
    case ControlledKind::group: return model::kAddMember;
    case ControlledKind::domain:
    case ControlledKind::container: return model::kWriteGpLink;
    case ControlledKind::group_policy: return model::kWriteSettings;
    case ControlledKind::admin_sd_holder: return kOfAccount | model::kAddMember;
    default: return 0;  // of other directories, or not in a collection
  }
  return 0;
}

/// What all extended rights mean.
std::uint32_t extended(ControlledKind kind) {
  switch (kind) {
    case ControlledKind::account: return model::kResetPassword;
    case ControlledKind::group: return 0;
    case ControlledKind::domain: return model::kReplicationRights;
    case ControlledKind::admin_sd_holder: return model::kResetPassword;
    default: return 0;
  }
  return 0;
}

bool is_group(ControlledKind kind) { return kind == ControlledKind::group || kind == ControlledKind::admin_sd_holder; }

}  // namespace

std::uint32_t control_rights(std::string_view right, ControlledKind kind) {
  if (right == "GenericAll")
    return kOfAll | writes(kind) | extended(kind) | (is_group(kind) ? std::uint32_t{model::kAddSelf} : 0);
  if (right == "WriteDacl") return model::kWriteDacl;
  if (right == "WriteOwner") return model::kWriteOwner;
  if (right == "Owns") return model::kOwner;
  if (right == "GenericWrite") return writes(kind);
  if (right == "AllExtendedRights") return extended(kind);
  if (kind == ControlledKind::domain) {
    if (right == "GetChanges") return model::kGetChanges;
    if (right == "GetChangesAll") return model::kGetChangesAll;
    return right == "WriteGPLink" ? std::uint32_t{model::kWriteGpLink} : 0;
  }
  if (kind == ControlledKind::container) return right == "WriteGPLink" ? std::uint32_t{model::kWriteGpLink} : 0;
  if (kind == ControlledKind::group_policy) return 0;
  if (kind == ControlledKind::group) {
    if (right == "AddSelf") return model::kAddSelf;
    return right == "AddMember" ? std::uint32_t{model::kAddMember} : 0;
  }
  if (right == "ForceChangePassword") return model::kResetPassword;
  if (right == "ReadGMSAPassword") return model::kReadManagedPassword;
  if (right == "AddKeyCredentialLink") return model::kWriteKeyCredential;
  if (right == "WriteSPN") return model::kWriteServicePrincipal;
  if (right == "AddAllowedToAct") return model::kWriteDelegation;
  if (right == "WriteAccountRestrictions") return model::kWriteAccountRestrictions | model::kWriteDelegation;
  return 0;
}

void add_control_edges(model::Harvest& harvest, const directory::Controlled& object, std::string_view dn,
                       const Object& from) {
  std::map<std::string_view, std::uint32_t> rights;
  for (const Ace& ace : from.aces) {
    const std::string_view sid = sid_in(ace.holder);
    if (!sid.empty()) rights[sid] |= control_rights(ace.right, object.kind);
  }
  for (const auto& [sid, bits] : rights) directory::add_holder(harvest, object, dn, sid, bits);
  const bool all_told = object.kind == ControlledKind::domain;
  directory::add_list_read(harvest, object, dn,
                           all_told ? "" : "a collection does not tell of every right to write its attributes");
}

}  // namespace tally::bloodhound
