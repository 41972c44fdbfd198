// 389 Directory Server, FreeIPA and Red Hat Directory Server: what their attributes say about accounts, and when they
// say nothing. The rest is in standard_profile.h, roles in ds389_roles.h.
//
// enabled      no: nsAccountLock is "true" in any case (that is what the server compares, with the first value), on the
// entry itself or
//              computed from an inactivated role; or disabled_when. "false", or not there: yes. In an export nothing is
//              computed: there roles that lead to an inactivated one count.
//              The accountUsability control is not asked: it calls accounts with nsAccountLock available.
// locked       accountUnlockTime after too many wrong passwords: until then; 19700101000000Z: until somebody unlocks.
//              krbLoginFailedCount above 0: unknown, for the Kerberos password policy with its limit is not read.
// expires      the earliest of krbPrincipalExpiration and shadowExpire; neither: never. A krbPrincipalExpiration that
// is
//              over keeps out of FreeIPA; elsewhere only of Kerberos, so unknown. Unknown too when acctPolicySubentry
//              names an account policy that was not read or whose accountInactivityLimit has passed since lastLoginTime
//              (else createTimestamp): whether the Account Policy plug-in looks at it, its configuration says alone.
//              passwordExpirationTime is no expiry: whoever may set a password brings the account back.
// last sign-in lastLoginTime and krbLastSuccessfulAuth, or sign_in_attributes; what none means: sign_ins.h.
// password     pwdUpdateTime (passwordTrackUpdateTime) and krbLastPwdChange, the later; else no later than
//              passwordAllowChangeTime; else unknown.
// must change  pwdReset=TRUE. Unknown with a passwordExpirationTime that is over: the policy says whether it counts.
// absence      nsAccountLock, accountUnlockTime and krbPrincipalExpiration are mostly not there, and access rules that
//              hide them look the same. Each absence is proven (absence.h); without proof the fact is unknown.
//              So do nsRole and nsRoleDN, where roles were read: without proof their members are unknown.
// id           nsUniqueId, which every entry has from its first day, in 8-4-4-4-12 form; else entryUUID, ipaUniqueID.
// KNOWN GAP: an accountInactivityLimit for everybody (cn=config of the plug-in) is not seen; such accounts count as
// usable, which alarms rather than clears.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/ds389_roles.h"
#include "connectors/directory/sign_ins.h"
#include "connectors/directory/standard_profile.h"

namespace tally::directory {

/// nsUniqueId (8-8-8-8 hexadecimal digits) in 8-4-4-4-12 form and lower case; nothing when it is none.
std::optional<std::string> unique_id_text(std::string_view value);
/// Back to how 389 Directory Server writes it; empty when it is no 8-4-4-4-12 form.
std::string unique_id_value(std::string_view text);

class Ds389 final : public StandardProfile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
  /// Roles are asked about only where there are some.
  std::vector<Absences> absences(TableBuilder& builder) override;
  void finish(TableBuilder& builder) override;

 private:
  struct Policed {
    std::uint32_t row = 0;
    std::string policy;                 ///< normal DN of acctPolicySubentry
    std::optional<base::Instant> from;  ///< lastLoginTime, else createTimestamp; absent: neither can be read
  };

  Ds389(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins);
  base::TextId id_of(Fields& fields) override;
  void decode_access(Fields& fields, model::AccountId account) override;
  Seen decode_policy(Fields& fields) override;
  void decode_members(Fields& fields, model::GroupId group) override;
  [[nodiscard]] model::AccountKind kind_of(const Entry& entry) const override;
  base::TextId login_of(Fields& fields, model::AccountKind kind) override;

  void lock(Fields& fields, std::uint32_t row);
  void lockout(Fields& fields, std::uint32_t row) const;
  model::TimeFact expiry(Fields& fields) const;
  void inactivity(Fields& fields, std::uint32_t row);
  model::TimeFact password_changed(Fields& fields, std::uint32_t row) const;
  void must_change(Fields& fields, std::uint32_t row);
  void finish_absences(TableBuilder& builder) const;
  void doubt_roles(TableBuilder& builder) const;
  void finish_inactivity(TableBuilder& builder) const;

  SignIns sign_ins_;
  Roles roles_;
  std::map<std::string, std::optional<base::Duration>> limits_;  ///< accountInactivityLimit by normal DN of the policy
  std::vector<Policed> policed_;
  bool reset_shown_ = false;               ///< some account shows pwdReset
  std::vector<std::uint32_t> may_change_;  ///< rows without a pwdReset, and with nothing that makes it doubtful
};

}  // namespace tally::directory
