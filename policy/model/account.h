// Accounts: who can get in, as a directory says. A struct of arrays indexed by AccountId.
//
// Disabled, expired and locked are three different facts: `enabled` is the administrator's switch, `expires` a date,
// `locked` a temporary lockout that does not keep anybody out for good.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/model/fact.h"
#include "policy/model/source.h"

namespace tally::model {

using AccountId = base::Id<struct AccountTag>;
using GroupId = base::Id<struct GroupTag>;

/// What the directory's own object class says an account is.
enum class AccountKind : std::uint8_t { user, service, managed_service, computer, trust };

std::string_view to_string(AccountKind kind);

/// Weaknesses and privileges that a directory writes on the account itself; a bit each.
enum AccountFlag : std::uint32_t {
  kPasswordNotRequired = 1U << 0,         ///< AD userAccountControl 0x20
  kPreauthNotRequired = 1U << 1,          ///< AD 0x400000
  kDesKeysOnly = 1U << 2,                 ///< AD 0x200000
  kReversiblePassword = 1U << 3,          ///< AD 0x80
  kPasswordNeverExpires = 1U << 4,        ///< AD 0x10000
  kSmartcardRequired = 1U << 5,           ///< AD 0x40000
  kTrustedForDelegation = 1U << 6,        ///< AD 0x80000
  kTrustedToAuthForDelegation = 1U << 7,  ///< AD 0x1000000
  kNotDelegated = 1U << 8,                ///< AD 0x100000
  kMustChangePassword = 1U << 9,          ///< AD pwdLastSet=0, OpenLDAP pwdReset
  kHasServicePrincipal = 1U << 10,        ///< a servicePrincipalName is set
  kAdminCount = 1U << 11,                 ///< AD adminCount=1: protected by AdminSDHolder now or once
  kSidHistory = 1U << 12,                 ///< AD sIDHistory is set
  kSidHistoryPrivileged = 1U << 13,       ///< … with the SID of a privileged group or a built-in administrator
  kSidHistoryOwnDomain = 1U << 14,        ///< … with a SID of the account's own domain
  kDelegatesToServices = 1U << 15,        ///< AD msDS-AllowedToDelegateTo is set
  kResourceDelegation = 1U << 16,         ///< AD msDS-AllowedToActOnBehalfOfOtherIdentity is set
  kSshKey = 1U << 17,                     ///< sshPublicKey is set
  kCertificate = 1U << 18,                ///< userCertificate is set
  kKeyCredential = 1U << 19,              ///< AD msDS-KeyCredentialLink is set
  kAltSecurityIdentity = 1U << 20,        ///< AD altSecurityIdentities is set
  kKerberosAes = 1U << 21,                ///< AD msDS-SupportedEncryptionTypes has 8 or 16; known only where it is set
  kPasswordLikeText = 1U << 22,           ///< description, info, comment or gecos look as if they held a password
  kManagerNamed = 1U << 23,               ///< manager is set, whether or not that entry was seen
  kLoginShell = 1U << 24,                 ///< loginShell is one that lets somebody in (not nologin, not false)
};

struct Accounts {
  std::vector<SourceId> source;
  std::vector<base::TextId> dn;
  std::vector<base::TextId>
      native_id;  ///< objectGUID or entryUUID in lower-case 8-4-4-4-12 form; empty when the source gives none
  std::vector<base::TextId> sid;        ///< "S-1-5-21-…-1104", AD only
  std::vector<base::TextId> login;      ///< uid or sAMAccountName
  std::vector<base::TextId> principal;  ///< userPrincipalName, or empty
  std::vector<base::TextId> display_name;
  std::vector<base::TextId> mail;
  std::vector<base::TextId> employee_number;
  std::vector<AccountKind> kind;
  std::vector<BoolFact> enabled;
  std::vector<TimeFact> switched;  ///< since when `enabled` is what it is, as the directory tells of its past; never:
                                   ///< since the account was made
  std::vector<TimeFact> removed;   ///< when it was last taken out of a group, of those whose past is told
  std::vector<BoolFact> locked;
  std::vector<TimeFact> expires;  ///< never: no expiry set
  std::vector<TimeFact>
      last_sign_in;  ///< the interval that the attribute really gives; never: known never to have signed in
  std::vector<TimeFact> password_changed;
  std::vector<TimeFact> password_expires;  ///< by the policy in force; never: by that policy or its own flag
  std::vector<TimeFact> created;
  std::vector<TimeFact> modified;          ///< the entry's last change of any kind
  std::vector<std::uint32_t> flags;        ///< AccountFlag bits that are set
  std::vector<std::uint32_t> flags_known;  ///< AccountFlag bits that the directory tells at all
  std::vector<base::TextId> flags_basis;   ///< "userAccountControl=4194816"
  std::vector<GroupId> primary_group;      ///< AD primaryGroupID, POSIX gidNumber; invalid when none or not seen
  std::vector<base::TextId>
      primary_group_basis;         ///< "primaryGroupID=512"; why it could not be resolved when invalid and not empty
  std::vector<AccountId> manager;  ///< the entry that manager names; invalid when none or not seen
  std::vector<base::TextId> department, title, employee_type;  ///< as the directory says; empty when it does not
  std::vector<base::TextId> creator;                           ///< creatorsName; empty when not told
  std::vector<base::TextId> password_scheme;  ///< how the password is kept: "ssha", "crypt-md5", "cleartext" …;
                                              ///< never the value; empty when userPassword was not shown
  std::vector<std::uint32_t> uid_number;      ///< POSIX uidNumber; kNoNumber when none
  std::vector<std::uint32_t> gid_number;      ///< POSIX gidNumber; kNoNumber when none

  static constexpr std::uint32_t kNoNumber = 0xFFFFFFFF;  ///< (uid_t)-1 is nobody's number (POSIX chown)

  [[nodiscard]] std::size_t size() const { return source.size(); }
  AccountId add(SourceId from);
};

/// How much a group lets its members do. Tier 0 controls the directory itself, tier 1 servers and their data.
enum class Tier : std::uint8_t { none, tier1, tier0 };

std::string_view to_string(Tier tier);

struct Groups {
  std::vector<SourceId> source;
  std::vector<base::TextId> dn;
  std::vector<base::TextId> native_id;
  std::vector<base::TextId> sid;
  std::vector<base::TextId> name;  ///< cn or sAMAccountName
  std::vector<Tier> tier;
  std::vector<base::TextId> tier_basis;        ///< "S-1-5-21-…-512 is Domain Admins", "named in privileged_groups"
  std::vector<base::TextId> members_unknown;   ///< not empty: not all members could be read, and why
  std::vector<std::uint8_t> members_unlisted;  ///< 1: members_unknown is nothing but a population that everybody may be
                                               ///< in and no directory lists (Everyone, Authenticated Users)
  std::vector<std::uint32_t> unresolved_members;  ///< members that are no entry we saw
  std::vector<TimeFact> created;
  std::vector<TimeFact> modified;                 ///< the entry's last change of any kind
  std::vector<std::uint8_t> modified_by_members;  ///< 1: a change of the member list changes `modified` too
  std::vector<std::uint32_t> owners_named;        ///< values of owner or managedBy, seen or not
  std::vector<Truth> mail_only;                   ///< AD: a distribution group, which gives no access
  std::vector<std::uint32_t> gid_number;          ///< POSIX gidNumber; Accounts::kNoNumber when none

  [[nodiscard]] std::size_t size() const { return source.size(); }
  GroupId add(SourceId from);
};

/// Members that their group's own directory does not show: entries of another directory, or of none that is read.
/// Populations that no directory lists are not here (Groups::members_unlisted).
struct ForeignMembers {
  std::vector<SourceId> source;   ///< of the group
  std::vector<GroupId> group;     ///< in which it is directly
  std::vector<base::TextId> dn;   ///< as the group writes it
  std::vector<base::TextId> sid;  ///< of a foreign security principal: who it stands for; empty for any other entry

  [[nodiscard]] std::size_t size() const { return source.size(); }
};

/// Since when accounts are direct members of groups, for those memberships whose beginning a directory tells by itself
/// (link metadata, an access log). Ascending by account, then group, each pair once.
struct MembershipTimes {
  std::vector<SourceId> source;  ///< of the group
  std::vector<AccountId> account;
  std::vector<GroupId> group;
  std::vector<TimeFact> since;  ///< always known

  [[nodiscard]] std::size_t size() const { return source.size(); }
  /// Nothing when it is not told.
  [[nodiscard]] const TimeFact* find(AccountId member, GroupId of) const;
};

}  // namespace tally::model
