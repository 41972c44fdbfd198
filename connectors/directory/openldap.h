// OpenLDAP: what RFC 2307, RFC 4519 and the password policy draft (draft-behera-ldap-password-policy, slapo-ppolicy)
// say about accounts and groups, and when they say nothing.
//
// accounts     person, inetOrgPerson, organizationalPerson, account, posixAccount, simpleSecurityObject; an entry
//              with a login or a password that is none of them is a reject, so that a local class is not overlooked.
// enabled      no: pwdAccountLockedTime=000001010000Z (locked for good) under a policy with pwdLockout=TRUE, a
//              pwdStartTime still to come, or disabled_when. Otherwise yes. slapo-ppolicy looks at a lock only where
//              the policy in force has pwdLockout=TRUE: with another one the account is enabled, and when that policy
//              was not read, unknown. In force is what pwdPolicySubentry names; else the server's default, which is not
//              named in the directory, so that all policies seen have to agree.
//              Unknown for all when the source shows no operational attribute at all (an export made without "+"),
//              unless the site says by disabled_when what disabled means.
// locked       pwdAccountLockedTime with a time: locked until then + pwdLockoutDuration of the policy that
//              pwdPolicySubentry names (0 or absent there: until somebody unlocks); unknown when that policy is not
//              named or was not read.
// expires      the earlier of pwdEndTime and shadowExpire; neither: never. shadowExpire=-1 is never, 0 is ambiguous by
//              shadow(5) and so unknown. A shadowExpire that is over is unknown too: Unix hosts keep the account out,
//              slapd lets it bind.
// last sign-in the first present of sign_in_attributes, exact. None on this account: with sign_ins_recorded_since,
//              never when the account was created later, else some time before that moment (if ever); without it
//              unknown. When no account shows one: unknown for all.
// marks        sshPublicKey, userCertificate, manager and texts that look like passwords: absent is "no" where others
// show
//              the attribute, else unknown. userPassword is never asked for; where an export has it, its scheme counts.
// groups       member, uniqueMember, memberUid, gidNumber as primary group; memberURL: computed, members unknown.
// KNOWN GAP: rights that show entryUUID but hide the pwd… attributes look exactly like accounts without a lock or
// expiry; such accounts are taken as enabled, which alarms rather than clears.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/classifier.h"
#include "connectors/directory/entry_marks.h"
#include "connectors/directory/profile.h"

namespace tally::directory {

class Fields;

class OpenLdap final : public Profile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
  Seen decode(const Entry& entry, TableBuilder& builder) override;
  void finish(TableBuilder& builder) override;

 private:
  struct Policy {
    bool lockout = false;  ///< pwdLockout=TRUE; without it slapo-ppolicy looks at no lock
    bool duration_known = true;
    std::optional<base::Duration> duration;  ///< absent: until somebody unlocks
  };
  struct Lock {
    model::AccountId account;
    std::optional<base::Instant> since;  ///< absent: for good
    std::string policy;                  ///< normal DN of pwdPolicySubentry; empty when not named
  };

  OpenLdap(const ProfileOptions& options, base::Instant collected_at, Classifier classifier);
  void learn_policy(Fields& fields);
  Seen decode_account(Fields& fields);
  Seen decode_group(Fields& fields);
  Seen decode_other(const Entry& entry, TableBuilder& builder);
  base::TextId uuid(Fields& fields);
  void identity(Fields& fields, model::AccountId account);
  void access(Fields& fields, std::uint32_t row);
  void lock_time(Fields& fields, std::uint32_t row);
  void start_time(Fields& fields, std::uint32_t row);
  model::TimeFact expiry(Fields& fields);
  model::TimeFact shadow_expiry(Fields& fields);
  void sign_in(Fields& fields, std::uint32_t row);
  void further(Fields& fields, model::AccountId account);
  model::TimeFact absent_sign_in(const model::TimeFact& created, base::TextPool& text) const;
  [[nodiscard]] model::Truth lockout_in_force(const std::string& policy) const;
  void finish_locks(TableBuilder& builder) const;
  void finish_lock(const Lock& lock, TableBuilder& builder) const;
  void finish_lock_for_good(const Lock& lock, TableBuilder& builder) const;
  void finish_without_operational(TableBuilder& builder);

  ProfileOptions options_;
  base::Instant collected_at_;
  Classifier classifier_;
  EntryMarks marks_;
  std::map<std::string, Policy> policies_;  ///< by normal DN
  std::vector<Lock> locks_;
  std::vector<model::AccountId> no_sign_in_;
  bool sign_ins_shown_ = false;
  bool operational_shown_ = false;  ///< some entry shows entryUUID, createTimestamp or a pwd… attribute
};

}  // namespace tally::directory
