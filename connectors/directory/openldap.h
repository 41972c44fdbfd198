// OpenLDAP: what the password policy draft (draft-behera-ldap-password-policy, slapo-ppolicy) says about accounts, and
// when it says nothing. The rest is in standard_profile.h.
//
// enabled      no: pwdAccountLockedTime=000001010000Z (locked for good) under a policy with pwdLockout=TRUE, a
//              pwdStartTime still to come under any policy, or disabled_when. Otherwise yes. In force is what
//              pwdPolicySubentry names, else the default of the overlay that is on the database (ppolicy.h); slapd
//              looks at neither attribute where none is. Unknown where it is not known which policy is in force, or
//              where that one, or its pwdLockout, was not seen.
//              Unknown for all when the source shows no operational attribute at all (an export made without "+"),
//              unless the site says by disabled_when what disabled means.
// locked       pwdAccountLockedTime with a time: locked from then on, for pwdLockoutDuration of the policy in force (0
//              or absent there: until somebody unlocks); unknown when that policy is not known.
// expires      the earlier of pwdEndTime, where a policy is in force, and shadowExpire; neither: never.
//              shadowExpire=-1 is never, 0 is ambiguous by shadow(5) and so unknown. A shadowExpire that is over is
//              unknown too: Unix hosts keep the account out, slapd lets it bind. slapd 2.5 reads no time before 1970 as
//              over: unknown.
// last sign-in pwdLastSuccess and authTimestamp, or sign_in_attributes; what none means: sign_ins.h.
// past         when the switch was turned and members came and went is not in the entries: access_log.h.
// policies     entries of class pwdPolicy. One that is nothing else but a person, as the OpenLDAP Administrator's Guide
//              writes them, is no account; with a further class, a login, a mail address or a trace of sign-ins it is
//              one too, so that this class hides nobody. How many there are is in the notes.
// KNOWN GAP: slapo-ppolicy(5) sees simple binds alone. Whoever signs in over SASL, by a certificate or Kerberos, comes
// in for all of pwdAccountLockedTime, pwdStartTime and pwdEndTime; which account could, is not in the directory. KNOWN
// GAP: rights that show entryUUID but hide the pwd… attributes look exactly like accounts without a lock or expiry;
// such accounts are taken as enabled, which alarms rather than clears.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/directory/ppolicy.h"
#include "connectors/directory/sign_ins.h"
#include "connectors/directory/standard_profile.h"

namespace tally::directory {

class OpenLdap final : public StandardProfile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
  void finish(TableBuilder& builder) override;
  std::vector<std::string> inquire(const Inquiry& ask, TableBuilder& builder) override;

 private:
  struct Policy {
    /// pwdLockout=TRUE; without it slapo-ppolicy looks at no lock. Absent: the entry does not show it.
    std::optional<bool> lockout;
    bool duration_known = true;
    bool duration_shown = false;
    std::optional<base::Duration> duration;  ///< absent: until somebody unlocks
  };
  /// An account with something that slapd looks at only under a policy.
  struct Governed {
    model::AccountId account;
    std::optional<std::string> policy = {};            ///< normal DN of pwdPolicySubentry; absent when not named
    bool for_good = false;                             ///< locked
    std::optional<base::Instant> since = {};           ///< locked for a while
    base::TextId starts = {};                          ///< evidence of a start that is still to come
    std::optional<model::TimeFact> ends_without = {};  ///< pwdEndTime is set: `expires` where slapd does not look at it
  };
  struct InForce {
    model::Truth value = model::Truth::unknown;  ///< some policy is
    Policy policy;
    std::string why;
  };

  OpenLdap(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins);
  base::TextId id_of(Fields& fields) override { return uuid(fields, "entryUUID"); }
  void decode_access(Fields& fields, model::AccountId account) override;
  [[nodiscard]] bool is_only_policy(const Entry& entry) const override;
  Seen decode_policy(Fields& fields) override;
  void switches(Fields& fields, std::uint32_t row, Governed& governed);
  void lock_time(Fields& fields, std::uint32_t row, Governed& governed);
  void start_time(Fields& fields, std::uint32_t row, Governed& governed);
  void end_time(Fields& fields, std::uint32_t row, Governed& governed);
  void ask_for_policies(const Inquiry& ask, TableBuilder& builder);
  [[nodiscard]] InForce in_force(const Governed& one, TableBuilder& builder) const;
  void finish_governed(TableBuilder& builder) const;
  void finish_lock(const Governed& one, const InForce& in_force, TableBuilder& builder) const;
  void finish_lock_for_good(const Governed& one, const InForce& in_force, TableBuilder& builder) const;
  void finish_start(const Governed& one, const InForce& in_force, TableBuilder& builder) const;
  void finish_end(const Governed& one, const InForce& in_force, TableBuilder& builder) const;
  void finish_without_operational(TableBuilder& builder);

  SignIns sign_ins_;
  PpolicyOverlays overlays_;
  std::map<std::string, Policy> policies_;  ///< by normal DN
  std::vector<Governed> governed_;
  std::size_t persons_only_policies_ = 0;
};

}  // namespace tally::directory
