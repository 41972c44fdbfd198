// OpenLDAP: pwdAccountLockedTime and the password policies that decide whether it counts (openldap.h).
#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/openldap.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kLockedForGood = "000001010000Z";  // draft-behera-ldap-password-policy §5.3.3
constexpr std::string_view kLockedForGoodBasis = "pwdAccountLockedTime=000001010000Z";
constexpr std::string_view kLockIgnored =
    "the password policy in force has no pwdLockout=TRUE: pwdAccountLockedTime is ignored";
constexpr std::string_view kNoPolicySeen =
    "pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE, and none was seen";
constexpr std::string_view kNamedPolicyNotSeen =
    "pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE, and the account's was not seen";
constexpr std::string_view kPoliciesDiffer =
    "pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE, not all policies seen have it, and "
    "the account names none";

}  // namespace

Seen OpenLdap::decode_policy(Fields& fields) {
  if (!fields.entry().has_value("objectClass", "pwdPolicy")) return Seen::other;
  const auto seconds = fields.integer("pwdLockoutDuration");
  Policy policy;
  policy.lockout = fields.entry().has_value("pwdLockout", "TRUE");  // absent: FALSE (draft-behera §5.2.11)
  policy.duration_known = !fields.entry().has("pwdLockoutDuration") || (seconds && *seconds >= 0);
  constexpr std::int64_t kLongest = 100LL * 366 * 86400;  // longer is as good as for ever
  if (seconds && *seconds > 0 && *seconds < kLongest) policy.duration = std::chrono::seconds{*seconds};
  policies_[normal_dn(fields.entry().dn())] = policy;
  return Seen::policy;
}

/// Whether a lock counts, the policy decides, which may come later: finish() says it.
void OpenLdap::lock_time(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  const auto written = fields.entry().first("pwdAccountLockedTime");
  if (!written) return;
  saw_operational();
  const auto named = fields.entry().first("pwdPolicySubentry");
  Lock lock{model::AccountId(row), std::nullopt, named ? normal_dn(*named) : std::string()};
  if (*written != kLockedForGood) {
    lock.since = generalized_time(*written);
    if (!lock.since) {
      fields.reject("pwdAccountLockedTime", *written, "a time like 20260131120000Z");
      accounts.enabled[row] = model::BoolFact::unknown(fields.unreadable("pwdAccountLockedTime"));
      accounts.locked[row] = model::BoolFact::unknown(fields.unreadable("pwdAccountLockedTime"));
      return;
    }
    accounts.enabled[row] =
        model::BoolFact::known(true, fields.builder().text().intern("pwdAccountLockedTime is a lockout for a time"));
  }
  locks_.push_back(std::move(lock));
}

/// Whether the policy in force has pwdLockout=TRUE. When the account names none it is the server's default, and which
/// one that is stands in the server's configuration: one of those seen, if they all agree.
model::Truth OpenLdap::lockout_in_force(const std::string& policy) const {
  const auto truth = [](bool lockout) { return lockout ? model::Truth::yes : model::Truth::no; };
  if (!policy.empty()) {
    const auto named = policies_.find(policy);
    return named == policies_.end() ? model::Truth::unknown : truth(named->second.lockout);
  }
  if (policies_.empty()) return model::Truth::unknown;
  const bool first = policies_.begin()->second.lockout;
  const bool all =
      std::all_of(policies_.begin(), policies_.end(), [&](const auto& entry) { return entry.second.lockout == first; });
  return all ? truth(first) : model::Truth::unknown;
}

void OpenLdap::finish_lock_for_good(const Lock& lock, TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  model::BoolFact& enabled = builder.accounts().enabled[lock.account.index()];
  model::BoolFact& locked = builder.accounts().locked[lock.account.index()];
  const model::Truth counts = lockout_in_force(lock.policy);
  const bool open = enabled.value == model::Truth::yes;  // nothing else keeps it out
  if (counts == model::Truth::yes) {
    if (enabled.value != model::Truth::no) enabled = model::BoolFact::known(false, text.intern(kLockedForGoodBasis));
    locked = model::BoolFact::known(false, text.intern("disabled for good, which is more than a lockout"));
  } else if (counts == model::Truth::no) {
    if (open) enabled = model::BoolFact::known(true, text.intern(kLockIgnored));
    locked = model::BoolFact::known(false, text.intern(kLockIgnored));
  } else {
    const base::TextId why = text.intern(!lock.policy.empty() ? kNamedPolicyNotSeen
                                         : policies_.empty()  ? kNoPolicySeen
                                                              : kPoliciesDiffer);
    if (open) enabled = model::BoolFact::unknown(why);
    locked = model::BoolFact::unknown(why);
  }
}

void OpenLdap::finish_lock(const Lock& lock, TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  model::BoolFact& locked = builder.accounts().locked[lock.account.index()];
  const auto policy = policies_.find(lock.policy);
  if (lock.policy.empty() || policy == policies_.end() || !policy->second.duration_known) {
    locked = model::BoolFact::unknown(
        text.intern("pwdAccountLockedTime is set, and the policy that says for how long was not read"));
  } else if (!policy->second.lockout) {
    locked = model::BoolFact::known(false, text.intern(kLockIgnored));
  } else if (!policy->second.duration) {
    locked = model::BoolFact::known(
        true, text.intern("pwdAccountLockedTime, until somebody unlocks (no pwdLockoutDuration)"));
  } else {
    const bool still = base::add(*lock.since, *policy->second.duration) > collected_at();
    locked = model::BoolFact::known(still, text.intern("pwdAccountLockedTime and the policy's pwdLockoutDuration"));
  }
}

void OpenLdap::finish_locks(TableBuilder& builder) const {
  for (const Lock& lock : locks_) {
    if (lock.since) {
      finish_lock(lock, builder);
    } else {
      finish_lock_for_good(lock, builder);
    }
  }
}

}  // namespace tally::directory
