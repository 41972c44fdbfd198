// OpenLDAP: what the password policy draft (draft-behera-ldap-password-policy, slapo-ppolicy) says about accounts, and
// when it says nothing. The rest is in standard_profile.h.
//
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
// last sign-in pwdLastSuccess and authTimestamp, or sign_in_attributes; what none means: sign_ins.h.
// past         when the switch was turned and members came and went is not in the entries: access_log.h.
// KNOWN GAP: rights that show entryUUID but hide the pwd… attributes look exactly like accounts without a lock or
// expiry; such accounts are taken as enabled, which alarms rather than clears.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/sign_ins.h"
#include "connectors/directory/standard_profile.h"

namespace tally::directory {

class OpenLdap final : public StandardProfile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
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

  OpenLdap(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins);
  base::TextId id_of(Fields& fields) override { return uuid(fields, "entryUUID"); }
  void decode_access(Fields& fields, model::AccountId account) override;
  Seen decode_policy(Fields& fields) override;
  void switches(Fields& fields, std::uint32_t row);
  void lock_time(Fields& fields, std::uint32_t row);
  void start_time(Fields& fields, std::uint32_t row);
  model::TimeFact expiry(Fields& fields);
  [[nodiscard]] model::Truth lockout_in_force(const std::string& policy) const;
  void finish_locks(TableBuilder& builder) const;
  void finish_lock(const Lock& lock, TableBuilder& builder) const;
  void finish_lock_for_good(const Lock& lock, TableBuilder& builder) const;
  void finish_without_operational(TableBuilder& builder);

  SignIns sign_ins_;
  std::map<std::string, Policy> policies_;  ///< by normal DN
  std::vector<Lock> locks_;
};

}  // namespace tally::directory
