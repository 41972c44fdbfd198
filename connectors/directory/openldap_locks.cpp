// OpenLDAP: pwdAccountLockedTime, pwdStartTime, pwdEndTime, and the password policies that decide whether they count
// (openldap.h, ppolicy.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/openldap.h"
#include "connectors/directory/value_syntax.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::BoolFact;
using model::TimeFact;
using model::Truth;

constexpr std::string_view kLockedForGood = "000001010000Z";  // draft-behera-ldap-password-policy §5.3.3
constexpr std::string_view kLockedForGoodBasis = "pwdAccountLockedTime=000001010000Z";
constexpr std::string_view kLockIgnored =
    "the password policy in force has no pwdLockout=TRUE: pwdAccountLockedTime is ignored";
constexpr std::string_view kLockCounts =
    "pwdAccountLockedTime counts only under a password policy with pwdLockout=TRUE";
constexpr std::string_view kNoPolicy = "no password policy is in force";
constexpr std::string_view kLockoutHidden = "pwdLockout of the policy in force is not shown";
/// Policies that are read although they lie outside the bases.
constexpr std::size_t kMaxPolicies = 1'000;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto one) { return equal_ignoring_case(name, one); });
}

}  // namespace

/// A further class, a login, a mail address or a trace of sign-ins make it an account.
bool OpenLdap::is_only_policy(const Entry& entry) const {
  if (!entry.has_value("objectClass", "pwdPolicy")) return false;
  const auto classes = entry.values("objectClass");
  const bool nothing_else = std::all_of(classes.begin(), classes.end(), [](std::string_view name) {
    return is_one_of(name, {"top", "person", "pwdPolicy", "pwdPolicyChecker"});
  });
  const auto has = [&](std::string_view name) { return entry.has(name); };
  const std::array signs = {"uid",          "mail",        "userPassword",      "pwdChangedTime",
                            "pwdReset",     "manager",     "pwdPolicySubentry", "pwdAccountLockedTime",
                            "pwdStartTime", "sshPublicKey"};
  const std::vector<std::string>& sign_ins = sign_ins_.attributes();
  return nothing_else && std::none_of(signs.begin(), signs.end(), has) &&
         std::none_of(sign_ins.begin(), sign_ins.end(), has) && !has(options().employee_number_attribute) &&
         !has(options().login_attribute);
}

Seen OpenLdap::decode_policy(Fields& fields) {
  const Entry& entry = fields.entry();
  if (!entry.has_value("objectClass", "pwdPolicy")) return Seen::other;
  const auto seconds = fields.integer("pwdLockoutDuration");
  Policy policy;
  if (entry.has("pwdLockout")) policy.lockout = entry.has_value("pwdLockout", "TRUE");
  policy.duration_shown = entry.has("pwdLockoutDuration");
  policy.duration_known = !policy.duration_shown || (seconds && *seconds >= 0);
  constexpr std::int64_t kLongest = 100LL * 366 * 86400;  // longer is as good as for ever
  if (seconds && *seconds > 0 && *seconds < kLongest) policy.duration = std::chrono::seconds{*seconds};
  policies_[normal_dn(entry.dn())] = policy;
  if (is_only_policy(entry) && entry.has_value("objectClass", "person")) ++persons_only_policies_;
  return Seen::policy;
}

/// Whether a lock counts, the policy decides, which may come later: finish() says it.
void OpenLdap::lock_time(Fields& fields, std::uint32_t row, Governed& governed) {
  model::Accounts& accounts = fields.builder().accounts();
  const auto written = fields.entry().first("pwdAccountLockedTime");
  if (!written) return;
  saw_operational();
  governed.for_good = *written == kLockedForGood;
  if (governed.for_good) return;
  governed.since = generalized_time(*written);
  if (!governed.since) {
    fields.reject("pwdAccountLockedTime", *written, "a time like 20260131120000Z");
    accounts.enabled[row] = BoolFact::unknown(fields.unreadable("pwdAccountLockedTime"));
    accounts.locked[row] = BoolFact::unknown(fields.unreadable("pwdAccountLockedTime"));
    return;
  }
  accounts.enabled[row] =
      BoolFact::known(true, fields.builder().text().intern("pwdAccountLockedTime is a lockout for a time"));
}

std::vector<std::string> OpenLdap::inquire(const Inquiry& ask, TableBuilder& builder) {
  if (governed_.empty()) return {};
  overlays_ = PpolicyOverlays::read(ask, options());
  ask_for_policies(ask, builder);
  return overlays_.notes();
}

/// Those in force that lie outside the bases, and what of them is not set rather than hidden.
void OpenLdap::ask_for_policies(const Inquiry& ask, TableBuilder& builder) {
  std::set<std::string> wanted;
  std::string dn;
  for (const Governed& one : governed_) {
    if (!normalise_dn(builder.text().view(builder.accounts().dn[one.account.index()]), dn)) continue;
    const std::string policy = one.policy.value_or(overlays_.over(dn).default_policy);
    if (!policy.empty() && wanted.size() < kMaxPolicies) wanted.insert(policy);
  }
  for (const std::string& one : wanted) {
    Search what;
    what.base = one;
    what.scope = Scope::base;
    what.query = {"(objectClass=pwdPolicy)", query().attributes};
    if (!policies_.contains(one)) {
      ask.search(what, [&](const Entry& entry) {
        Fields fields(entry, builder);
        decode_policy(fields);
      });
    }
    const auto found = policies_.find(one);
    if (found == policies_.end()) continue;
    const auto has_no = [&](std::string_view attribute) {
      what.query = {fmt::format("(!({}=*))", attribute), {"1.1"}};
      return ask.search(what, [](const Entry&) {}).entries > 0;
    };
    if (!found->second.lockout && has_no("pwdLockout")) found->second.lockout = false;
    if (!found->second.duration_shown && has_no("pwdLockoutDuration")) found->second.duration_shown = true;
  }
}

/// The policy that decides over one account. In an export an attribute that is absent is not set.
OpenLdap::InForce OpenLdap::in_force(const Governed& one, TableBuilder& builder) const {
  const auto over = overlays_.over(normal_dn(builder.text().view(builder.accounts().dn[one.account.index()])));
  if (over.there != Truth::yes) return {over.there, {}, over.why};
  const std::string& policy = one.policy ? *one.policy : over.default_policy;
  if (policy.empty()) return {Truth::no, {}, std::string(kNoPolicy)};
  const auto found = policies_.find(policy);
  if (found == policies_.end())
    return {Truth::unknown, {}, fmt::format("the one in force was not seen: {}", base::displayable(policy))};
  Policy seen = found->second;
  if (!live()) {
    seen.lockout = seen.lockout.value_or(false);
    seen.duration_shown = true;
  }
  return {Truth::yes, seen, {}};
}

void OpenLdap::finish_lock_for_good(const Governed& one, const InForce& in_force, TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  BoolFact& enabled = builder.accounts().enabled[one.account.index()];
  BoolFact& locked = builder.accounts().locked[one.account.index()];
  const bool open = enabled.value == Truth::yes;  // nothing else keeps it out
  const bool seen = in_force.value == Truth::yes && in_force.policy.lockout;
  if (seen && *in_force.policy.lockout) {
    if (enabled.value != Truth::no) enabled = BoolFact::known(false, text.intern(kLockedForGoodBasis));
    locked = BoolFact::known(false, text.intern("disabled for good, which is more than a lockout"));
  } else if (seen || in_force.value == Truth::no) {
    const base::TextId ignored = text.intern(seen ? std::string(kLockIgnored)
                                                  : fmt::format("{}: pwdAccountLockedTime is ignored", in_force.why));
    if (open) enabled = BoolFact::known(true, ignored);
    locked = BoolFact::known(false, ignored);
  } else {
    const base::TextId why =
        text.intern(fmt::format("{}: {}", kLockCounts, in_force.why.empty() ? kLockoutHidden : in_force.why));
    if (open) enabled = BoolFact::unknown(why);
    locked = BoolFact::unknown(why);
  }
}

void OpenLdap::finish_lock(const Governed& one, const InForce& in_force, TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  BoolFact& locked = builder.accounts().locked[one.account.index()];
  const Policy& policy = in_force.policy;
  if (in_force.value == Truth::no) {
    locked = BoolFact::known(false, text.intern(in_force.why + ": pwdAccountLockedTime is ignored"));
  } else if (in_force.value == Truth::unknown || !policy.lockout) {
    locked = BoolFact::unknown(
        text.intern(fmt::format("{}: {}", kLockCounts, in_force.why.empty() ? kLockoutHidden : in_force.why)));
  } else if (!*policy.lockout) {
    locked = BoolFact::known(false, text.intern(kLockIgnored));
  } else if (!policy.duration_shown || !policy.duration_known) {
    locked = BoolFact::unknown(
        text.intern("pwdAccountLockedTime is set, and pwdLockoutDuration of the policy in force was not read"));
  } else if (!policy.duration) {
    locked = BoolFact::known(true, text.intern("pwdAccountLockedTime, until somebody unlocks (no pwdLockoutDuration)"));
  } else {
    const bool still = base::add(*one.since, *policy.duration) > collected_at();
    locked = BoolFact::known(still, text.intern("pwdAccountLockedTime and the policy's pwdLockoutDuration"));
  }
}

void OpenLdap::finish_start(const Governed& one, const InForce& in_force, TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  BoolFact& enabled = builder.accounts().enabled[one.account.index()];
  if (in_force.value == Truth::yes) {
    if (enabled.value != Truth::no) enabled = BoolFact::known(false, one.starts);
  } else if (enabled.value == Truth::yes) {
    enabled = in_force.value == Truth::no
                  ? BoolFact::known(true, text.intern(in_force.why + ": pwdStartTime is ignored"))
                  : BoolFact::unknown(text.intern("pwdStartTime counts only under a password policy: " + in_force.why));
  }
}

void OpenLdap::finish_end(const Governed& one, const InForce& in_force, TableBuilder& builder) const {
  if (in_force.value == Truth::yes) return;
  base::TextPool& text = builder.text();
  TimeFact& expires = builder.accounts().expires[one.account.index()];
  if (in_force.value == Truth::unknown) {
    expires = TimeFact::unknown(text.intern("pwdEndTime counts only under a password policy: " + in_force.why));
  } else if (one.ends_without->state == model::TimeState::never) {
    expires = TimeFact::never(text.intern(in_force.why + ": pwdEndTime is ignored"));
  } else {
    expires = *one.ends_without;
  }
}

void OpenLdap::finish_governed(TableBuilder& builder) const {
  for (const Governed& one : governed_) {
    const InForce policy = in_force(one, builder);
    if (one.starts.valid()) finish_start(one, policy, builder);
    if (one.for_good) finish_lock_for_good(one, policy, builder);
    if (one.since) finish_lock(one, policy, builder);
    if (one.ends_without) finish_end(one, policy, builder);
  }
}

}  // namespace tally::directory
