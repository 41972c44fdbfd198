// Controls: who may change an entry of a directory so as to take it over, by the entry's own access control list and
// owner (Active Directory), by the access rules of the server (OpenLDAP, 389 Directory Server), or by sudo rules; the
// entries are those that mean power, and those through which power is had.
//
//   for (std::size_t i = 0; i < controls.size(); ++i)
//     if (!s.view(controls.holder[i]).empty()) …   // holder[i] has rights[i] over account[i], group[i] or the domain
//
// A holder may be an object of another row: an organizational unit holds an account (kHolds), a group policy applies to
// what is below an organizational unit (kApplies). So who controls these is in control of what they reach.
// A row without a holder says that the access control list of its object was read to its end. Holders that hold such
// rights as delivered (Domain Admins, SYSTEM, SELF …) are privileged already and not here.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/model/account.h"

namespace tally::model {

/// What a holder may do; a bit each (MS-ADTS 5.1.3.2, [MS-ADSC] for the attributes).
enum ControlRight : std::uint32_t {
  kFullControl = 1U << 0,                  ///< everything below at once
  kWriteDacl = 1U << 1,                    ///< give itself any right
  kWriteOwner = 1U << 2,                   ///< become its owner
  kOwner = 1U << 3,                        ///< is its owner, who may write the DACL
  kResetPassword = 1U << 4,                ///< User-Force-Change-Password
  kAddMember = 1U << 5,                    ///< write member
  kAddSelf = 1U << 6,                      ///< Self-Membership
  kWriteKeyCredential = 1U << 7,           ///< write msDS-KeyCredentialLink
  kWriteDelegation = 1U << 8,              ///< write msDS-AllowedToActOnBehalfOfOtherIdentity
  kWriteServicePrincipal = 1U << 9,        ///< write servicePrincipalName
  kWriteAltSecurityIdentities = 1U << 10,  ///< write altSecurityIdentities
  kWriteAccountRestrictions = 1U << 11,    ///< write userAccountControl
  kWriteGpLink = 1U << 12,                 ///< write gPLink
  kGetChanges = 1U << 13,                  ///< DS-Replication-Get-Changes
  kGetChangesAll = 1U << 14,               ///< DS-Replication-Get-Changes-All
  kAboveAllRules = 1U << 15,               ///< olcRootDN, nsslapd-rootdn: no access rule holds for it
  kWriteAccessRules = 1U << 16,            ///< write aci: give itself any right
  kActAsOthers = 1U << 17,                 ///< proxied authorization: the aci right proxy, authzTo
  kBecomeRoot = 1U << 18,                  ///< a sudoRole lets it run anything as root
  kHasNumberZero = 1U << 19,               ///< uidNumber 0
  kWriteNumber = 1U << 20,                 ///< write uidNumber, its own included
  kWriteSudoRule = 1U << 21,               ///< write a sudoRole
  kReadManagedPassword = 1U << 24,         ///< named in msDS-GroupMSAMembership
  kHolds = 1U << 25,                       ///< no right of anybody: an object that stands above another one
  kApplies = 1U << 26,                     ///< the same: a group policy and what it is linked to
  kWriteSettings = 1U << 27,               ///< write what a group policy or a certificate template says
  kEnroll = 1U << 28,                      ///< get a certificate in anybody's name
};
/// Both are needed to copy the secrets of a domain; neither lets anybody change it.
inline constexpr std::uint32_t kReplicationRights = kGetChanges | kGetChangesAll;

/// The strongest of the rights, as it stands between holder and object: "may reset the password of". Empty for 0.
std::string_view in_words(std::uint32_t rights);

enum class ControlledKind : std::uint8_t {
  account,
  group,
  domain,           ///< the head of a domain
  admin_sd_holder,  ///< CN=AdminSDHolder,CN=System: the template of all administrators' rights
  database,         ///< all entries below a base of an LDAP server
  configuration,    ///< cn=config: the configuration of an LDAP server
  hosts,            ///< every Unix host that trusts the directory; power of tier 1
  container,        ///< an organizational unit or container: what is in it inherits its access control list
  policy_scope,     ///< what is reached by a group policy that is linked to an organizational unit or a domain
  group_policy,     ///< a groupPolicyContainer
  site,             ///< a site: a group policy that is linked to it reaches domain controllers
  certificates,     ///< a part of the public key infrastructure that signs people in to the whole forest
};

struct Controls {
  std::vector<SourceId> source;
  std::vector<ControlledKind> kind;
  std::vector<AccountId> account;         ///< of kind account
  std::vector<GroupId> group;             ///< of kind group
  std::vector<base::TextId> object;       ///< the object's DN; of what has none, words that are unique
  std::vector<base::TextId> holder;       ///< "S-1-5-21-…-1104", or the DN of an account or group, or an `object`
  std::vector<base::TextId> holder_name;  ///< of a well-known SID: "Authenticated Users"; else empty
  std::vector<std::uint8_t> everybody;    ///< 1: whoever signs in is the holder
  std::vector<std::uint32_t> rights;      ///< ControlRight bits
  std::vector<base::TextId> unless_in;    ///< not empty: whoever is, or is in, one of these SIDs or DNs, a line each,
                                          ///< does not have them, for a deny entry comes first
  std::vector<base::TextId> rule;         ///< what gives them, as written: "olcAccess {2}to * by …"; AD: empty
  std::vector<base::TextId> doubt;        ///< why the rights may not hold, or, without a holder, may not be all

  [[nodiscard]] std::size_t size() const { return source.size(); }
};

}  // namespace tally::model
