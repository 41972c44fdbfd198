// Password policies of Active Directory: which one is in force for an account, and what follows: when its password
// expires, and whether a lockout still lasts.
//
//   policies.take(entry);                        // heads of domains, Password Settings Containers and what is in them
//   policies.tell(harvest, lockouts, now);       // after TableBuilder::finish(): it needs memberships
//
// In force is, as the directory works out msDS-ResultantPSO (MS-ADTS 3.1.1.4.5.36): of the fine-grained policies that
// name the account itself the one of the lowest precedence; else of those that name a global security group it is in,
// over groups in groups; of equal ones that of the smaller objectGUID; else the domain's own (maxPwdAge,
// lockoutDuration of its head). Worked out here, since the attribute costs the server that work for each account and
// changes without a word.
//
// Fine-grained policies are shown to Domain Admins alone unless that is granted. Where their container is not shown,
// or one of them, or somebody whom one names, the policy in force is not known; it is never taken for the domain's. So
// where one names a group that is not a global one: Active Directory passes over it (MS-DRSR 4.1.8.3, account groups),
// Samba 4.17 does not.
// An account whose own flags say so never expires whatever is in force; nor do machines, managed service accounts and
// trusts, whose passwords nobody chooses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connectors/directory/entry.h"
#include "connectors/directory/paged_search.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// A length of time as the directory has it: none is "for ever".
struct PolicyTime {
  bool told = false;
  std::optional<base::Duration> length;
};

struct PasswordPolicy {
  std::string name;                        ///< of its entry
  PolicyTime age;                          ///< maxPwdAge, msDS-MaximumPasswordAge
  PolicyTime lockout;                      ///< lockoutDuration, msDS-LockoutDuration
  std::optional<std::int64_t> precedence;  ///< absent: the entry is not shown
  std::string guid;
  std::vector<std::string> applies_to;  ///< normal_dn() of each
  bool applies_to_more = false;         ///< not all of them were sent
};

class PasswordPolicies {
 public:
  struct Lockout {
    model::AccountId account;
    base::Instant since;
  };

  /// True when it was any of these.
  bool take(const Entry& entry);
  /// groupType of a group that was added; absent: not delivered.
  void take_group(model::GroupId group, std::optional<std::int64_t> type);
  /// Accounts::password_expires of all, and Accounts::locked of these.
  void tell(model::Harvest& harvest, std::span<const Lockout> lockouts, base::Instant now) const;

 private:
  struct Domain {
    std::optional<PasswordPolicy> own;
    bool container = false;  ///< of fine-grained policies: it is shown
    std::vector<PasswordPolicy> fine;
  };
  class InForce;
  /// What a policy that names a group means for its members.
  enum class NamedGroup : std::uint8_t {
    counts,   ///< a global security group
    differs,  ///< any other: Active Directory passes over it, Samba does not
    not_told,
  };
  void take_fine(const Entry& entry);
  [[nodiscard]] model::TimeFact expiry(model::Harvest& harvest, std::size_t account, const InForce& in_force) const;
  [[nodiscard]] model::BoolFact locked(model::Harvest& harvest, const Lockout& lockout, const InForce& in_force,
                                       base::Instant now) const;

  std::map<std::string, Domain> domains_;  ///< by normal_dn() of the head
  std::vector<NamedGroup> named_groups_;   ///< by group
};

/// Asks for them, of every domain of the bases; gives each entry to `each`. What could be read, for the notes.
std::vector<std::string> read_password_policies(Session& session, const std::vector<std::string>& bases,
                                                const Patience& patience, const EachEntry& each);

/// Why it cannot be told which policy is in force in the domain with that head; empty when its container is shown.
std::string password_policies_hidden(Session& session, const std::string& head, const Patience& patience);

}  // namespace tally::directory
