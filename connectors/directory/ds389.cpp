#include "connectors/directory/ds389.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/posix.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kNotLocked = "no nsAccountLock";
constexpr std::string_view kNoLockout = "no accountUnlockTime";
constexpr std::string_view kNoExpiry = "no krbPrincipalExpiration, no shadowExpire";
constexpr std::string_view kNoOperational =
    "no entry shows operational attributes (an export without them, or rights that hide them)";
constexpr std::string_view kUntilUnlocked = "accountUnlockTime=19700101000000Z: until somebody unlocks";
constexpr std::string_view kOverInKerberos = "krbPrincipalExpiration is over, which keeps out of Kerberos, not LDAP";
constexpr std::string_view kPasswordIsOver =
    "passwordExpirationTime is over, and the password policy that says whether that counts was not read";
constexpr std::string_view kPolicyUnseen = "acctPolicySubentry names an account policy that was not read";
constexpr std::string_view kInactive =
    "accountInactivityLimit has passed since the last sign-in: whether that keeps the account out, the configuration "
    "of "
    "the Account Policy plug-in says, which is not read";

enum Absence : std::size_t { kLock, kUnlockTime, kPrincipalExpiration, kRole, kRoleName };
constexpr std::array<std::string_view, 5> kAbsences = {"nsAccountLock", "accountUnlockTime", "krbPrincipalExpiration",
                                                       "nsRole", "nsRoleDN"};

/// Persons of 389-ds itself (dsidm) need not be of a class of the RFCs. Hosts and services of FreeIPA sign in with
/// keys.
constexpr std::string_view kOwnAccounts =
    "(objectClass=nsPerson)(objectClass=nsAccount)(objectClass=ipaHost)(objectClass=ipaService)";
/// Roles are subentries: only a filter that names that class finds them.
constexpr std::string_view kRoles = "(&(objectClass=ldapSubEntry)(objectClass=nsRoleDefinition))";
constexpr std::string_view kPolicies =
    "(objectClass=accountPolicy)(&(objectClass=ldapSubEntry)(objectClass=accountPolicy))";

std::vector<std::string> own_attributes(const SignIns& sign_ins) {
  std::vector<std::string> out = {"nsUniqueId",
                                  "entryUUID",
                                  "ipaUniqueID",
                                  "nsAccountLock",
                                  "accountUnlockTime",
                                  "pwdReset",
                                  "pwdUpdateTime",
                                  "passwordExpirationTime",
                                  "passwordAllowChangeTime",
                                  "acctPolicySubentry",
                                  "accountInactivityLimit",
                                  "lastLoginTime",
                                  "krbPrincipalExpiration",
                                  "krbLastPwdChange",
                                  "krbLoginFailedCount",
                                  "krbPrincipalName",
                                  "fqdn",
                                  "nsRole",
                                  "nsRoleDN",
                                  "shadowExpire",
                                  "nsSshPublicKey",
                                  "ipaSshPubKey",
                                  "sshPublicKey"};
  out.insert(out.end(), sign_ins.attributes().begin(), sign_ins.attributes().end());
  return out;
}

bool of_free_ipa(const Entry& entry) { return entry.has("ipaUniqueID") || entry.has_value("objectClass", "ipaObject"); }
bool of_kerberos(const Entry& entry) { return entry.has_value("objectClass", "krbPrincipalAux"); }

}  // namespace

std::optional<std::string> unique_id_text(std::string_view value) {
  if (value.size() != 35 || value[8] != '-' || value[17] != '-' || value[26] != '-') return std::nullopt;
  std::string digits;
  for (const std::size_t at : {0U, 9U, 18U, 27U}) digits += value.substr(at, 8);
  return uuid_text(fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                               digits.substr(16, 4), digits.substr(20)));
}

std::string unique_id_value(std::string_view text) {
  if (!uuid_text(text) || text.size() != 36) return {};
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '-'; });
  return fmt::format("{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 8), digits.substr(16, 8), digits.substr(24));
}

base::Result<std::unique_ptr<Profile>> Ds389::create(const ProfileOptions& options, base::Instant collected_at) {
  auto classifier = Classifier::create(options, fmt::format("(|{}{})", kAccounts, kOwnAccounts),
                                       fmt::format("(|{}{})", kGroups, kRoles));
  if (!classifier) return tl::unexpected(classifier.error());
  std::vector<std::string> attributes = options.sign_in_attributes;
  if (attributes.empty()) attributes = {"lastLoginTime", "krbLastSuccessfulAuth"};
  SignIns sign_ins(std::move(attributes), options.sign_ins_recorded_since, collected_at);
  return std::unique_ptr<Profile>(new Ds389(options, collected_at, std::move(*classifier), std::move(sign_ins)));
}

Ds389::Ds389(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins)
    : StandardProfile(options, collected_at, std::move(classifier), own_attributes(sign_ins), kPolicies,
                      {kAbsences.begin(), kAbsences.end()}),
      sign_ins_(std::move(sign_ins)),
      roles_(options.group_filter.empty()) {}

base::TextId Ds389::id_of(Fields& fields) {
  if (const auto value = fields.entry().first("nsUniqueId")) {
    saw_operational();
    if (const auto id = unique_id_text(*value)) return fields.builder().text().add(*id);
    fields.reject("nsUniqueId", *value, "four times eight hexadecimal digits");
  }
  return uuid(fields, fields.entry().has("entryUUID") ? "entryUUID" : "ipaUniqueID");
}

model::AccountKind Ds389::kind_of(const Entry& entry) const {
  if (entry.has_value("objectClass", "ipaHost")) return model::AccountKind::computer;  // which is an ipaService too
  if (entry.has_value("objectClass", "ipaService")) return model::AccountKind::service;
  return StandardProfile::kind_of(entry);
}

base::TextId Ds389::login_of(Fields& fields, model::AccountKind kind) {
  if (fields.entry().has(options().login_attribute)) return StandardProfile::login_of(fields, kind);
  for (const char* name : {"fqdn", "krbPrincipalName"}) {
    if (fields.entry().has(name)) return fields.text(name);
  }
  return StandardProfile::login_of(fields, kind);
}

void Ds389::decode_access(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  lock(fields, row);
  lockout(fields, row);
  accounts.expires[row] = expiry(fields);
  inactivity(fields, row);
  accounts.password_changed[row] = password_changed(fields, row);
  must_change(fields, row);
  sign_ins_.read(fields, row);
  roles_.read(fields, account);
}

Seen Ds389::decode_policy(Fields& fields) {
  roles_.learn_service_class(fields.entry());
  if (!fields.entry().has_value("objectClass", "accountPolicy")) return Seen::other;
  const auto seconds = fields.integer("accountInactivityLimit");
  constexpr std::int64_t kLongest = 1000LL * 366 * 86400;
  auto& limit = limits_[normal_dn(fields.entry().dn())];
  if (seconds && *seconds >= 0 && *seconds < kLongest) limit = std::chrono::seconds{*seconds};
  return Seen::policy;
}

void Ds389::decode_members(Fields& fields, model::GroupId group) {
  if (Roles::is_role(fields.entry())) return roles_.define(fields, group);
  StandardProfile::decode_members(fields, group);
}

/// The server compares the first value, as a whole and without case: "true " and "truest" let an account bind.
void Ds389::lock(Fields& fields, std::uint32_t row) {
  model::BoolFact& enabled = fields.builder().accounts().enabled[row];
  base::TextPool& text = fields.builder().text();
  const auto written = fields.entry().first("nsAccountLock");
  if (!written) {
    enabled = model::BoolFact::known(true, text.intern(kNotLocked));
  } else if (equal_ignoring_case(*written, "true")) {
    enabled = model::BoolFact::known(false, fields.evidence("nsAccountLock", "true"));
  } else if (equal_ignoring_case(*written, "false")) {
    enabled = model::BoolFact::known(true, fields.evidence("nsAccountLock", "false"));
  } else {
    fields.reject("nsAccountLock", *written, "true or false");
    enabled = model::BoolFact::unknown(fields.unreadable("nsAccountLock"));
  }
  if (const auto why = classifier().disabled_by(fields.entry())) {
    enabled = model::BoolFact::known(false, text.intern(*why));
  }
}

void Ds389::lockout(Fields& fields, std::uint32_t row) const {
  model::BoolFact& locked = fields.builder().accounts().locked[row];
  base::TextPool& text = fields.builder().text();
  const auto written = fields.entry().first("accountUnlockTime");
  const auto until = written ? generalized_time(*written) : std::nullopt;
  if (!written) {
    locked = model::BoolFact::known(false, text.intern(kNoLockout));
  } else if (!until) {
    fields.reject("accountUnlockTime", *written, "a time like 20260131120000Z");
    locked = model::BoolFact::unknown(fields.unreadable("accountUnlockTime"));
  } else if (until->time_since_epoch().count() == 0) {
    locked = model::BoolFact::known(true, text.intern(kUntilUnlocked));
  } else {
    locked = model::BoolFact::known(*until > collected_at(), text.intern("accountUnlockTime"));
  }
  if (locked.value != model::Truth::no || !of_kerberos(fields.entry())) return;
  const auto failed = fields.integer("krbLoginFailedCount");
  if (failed == 0) return;
  locked = model::BoolFact::unknown(
      failed
          ? text.intern("krbLoginFailedCount is above 0, and the Kerberos password policy with its limit is not read")
          : fields.not_delivered("krbLoginFailedCount"));
}

model::TimeFact Ds389::expiry(Fields& fields) const {
  const model::TimeFact shadow = shadow_expiry(fields, collected_at(), kNoExpiry);
  if (!fields.entry().has("krbPrincipalExpiration")) return shadow;
  const model::TimeFact end = fields.time("krbPrincipalExpiration");
  if (end.state != model::TimeState::known) return end;
  if (end.bounds.latest <= collected_at()) {
    if (of_free_ipa(fields.entry())) return end;
    return model::TimeFact::unknown(fields.builder().text().intern(kOverInKerberos));
  }
  if (shadow.state == model::TimeState::unknown) return shadow;
  return shadow.state == model::TimeState::known && shadow.bounds.earliest < end.bounds.earliest ? shadow : end;
}

void Ds389::inactivity(Fields& fields, std::uint32_t row) {
  const auto policy = fields.entry().first("acctPolicySubentry");
  if (!policy) return;
  const model::TimeFact from =
      fields.entry().has("lastLoginTime") ? fields.time("lastLoginTime") : fields.builder().accounts().created[row];
  Policed policed{row, normal_dn(*policy), std::nullopt};
  if (from.state == model::TimeState::known) policed.from = from.bounds.earliest;
  policed_.push_back(std::move(policed));
}

model::TimeFact Ds389::password_changed(Fields& fields, std::uint32_t row) const {
  std::optional<model::TimeFact> latest;
  for (const char* attribute : {"pwdUpdateTime", "krbLastPwdChange"}) {
    if (!fields.entry().has(attribute)) continue;
    const model::TimeFact written = fields.time(attribute);
    if (written.state != model::TimeState::known) return written;
    if (!latest || written.bounds.earliest > latest->bounds.earliest) latest = written;
  }
  if (latest) return *latest;
  base::TextPool& text = fields.builder().text();
  if (!fields.entry().has("passwordAllowChangeTime")) {
    return model::TimeFact::unknown(text.intern(
        "neither pwdUpdateTime (passwordTrackUpdateTime) nor krbLastPwdChange was delivered: not kept, or hidden"));
  }
  // The time of the change and passwordMinAge: the password is no younger.
  const model::TimeFact allowed = fields.time("passwordAllowChangeTime");
  if (allowed.state != model::TimeState::known) return allowed;
  const model::TimeFact& created = fields.builder().accounts().created[row];
  const base::Instant first =
      created.state == model::TimeState::known ? created.bounds.earliest : base::kBeginningOfTime;
  const base::Instant last = std::min(allowed.bounds.latest, collected_at());
  return model::TimeFact::known({std::min(first, last), last},
                                text.intern("no later than passwordAllowChangeTime; when exactly, is not kept"));
}

void Ds389::must_change(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  const auto reset = fields.entry().first("pwdReset");
  reset_shown_ = reset_shown_ || reset.has_value();
  const auto end = fields.entry().first("passwordExpirationTime");
  const auto at = end ? generalized_time(*end) : std::nullopt;
  if (reset && equal_ignoring_case(*reset, "TRUE")) {
    accounts.flags[row] |= model::kMustChangePassword;
    accounts.flags_known[row] |= model::kMustChangePassword;
    accounts.flags_basis[row] = fields.evidence("pwdReset", "TRUE");
  } else if (end && (!at || *at <= collected_at())) {
    if (!at) fields.reject("passwordExpirationTime", *end, "a time like 20260131120000Z");
    accounts.flags_basis[row] =
        at ? fields.builder().text().intern(kPasswordIsOver) : fields.unreadable("passwordExpirationTime");
  } else if (reset && !equal_ignoring_case(*reset, "FALSE")) {
    fields.reject("pwdReset", *reset, "TRUE or FALSE");
    accounts.flags_basis[row] = fields.unreadable("pwdReset");
  } else {
    accounts.flags_basis[row] = reset ? fields.evidence("pwdReset", "FALSE") : fields.not_delivered("pwdReset");
    may_change_.push_back(row);
  }
}

void Ds389::finish(TableBuilder& builder) {
  finish_entries(builder);
  finish_absences(builder);
  finish_inactivity(builder);
  sign_ins_.finish(builder);
  doubt_roles(builder);
  roles_.finish(builder);
  if (!live()) roles_.finish_inactivated(builder, builder.text().intern(kNotLocked));
  if (!reset_shown_) return;  // whether somebody must change a password, nobody is shown
  for (const std::uint32_t row : may_change_) builder.accounts().flags_known[row] |= model::kMustChangePassword;
}

/// "Not set", "not readable" and "not exported" look alike here, so what is not proven is not claimed.
void Ds389::finish_absences(TableBuilder& builder) const {
  if (!live() && operational_shown()) return;
  base::TextPool& text = builder.text();
  model::Accounts& accounts = builder.accounts();
  const auto reason = [&](Absence which) {
    return live() ? text.intern(
                        fmt::format("{} was not delivered, and access rules may hide it from us", kAbsences.at(which)))
                  : text.intern(kNoOperational);
  };
  const base::TextId not_locked = text.intern(kNotLocked), no_lockout = text.intern(kNoLockout);
  const base::TextId no_expiry = text.intern(kNoExpiry);
  const base::TextId lock = reason(kLock), unlock = reason(kUnlockTime), end = reason(kPrincipalExpiration);
  const bool site_says = !live() && !options().disabled_when.empty();
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto open = [&](Absence which) { return !live() || is_open(which, i); };
    if (open(kLock) && accounts.enabled[i].basis == not_locked && !site_says)
      accounts.enabled[i] = model::BoolFact::unknown(lock);
    if (open(kUnlockTime) && accounts.locked[i].basis == no_lockout)
      accounts.locked[i] = model::BoolFact::unknown(unlock);
    if (open(kPrincipalExpiration) && accounts.expires[i].basis == no_expiry)
      accounts.expires[i] = model::TimeFact::unknown(end);
  }
}

std::vector<Absences> Ds389::absences(TableBuilder& builder) {
  if (!roles_.any()) {
    leave_out(kRole);
    leave_out(kRoleName);
  }
  return StandardProfile::absences(builder);
}

/// nsRole says all that nsRoleDN does, and which roles the server computes.
void Ds389::doubt_roles(TableBuilder& builder) const {
  bool managed = false, computed = false;
  for (std::size_t row = 0; row < builder.accounts().size(); ++row) {
    computed = computed || is_open(kRole, row);
    managed = managed || (is_open(kRole, row) && is_open(kRoleName, row));
  }
  computed = computed && doubt_accounts(builder, kRole);
  managed = managed && doubt_accounts(builder, kRoleName);
  roles_.doubt(builder, managed, computed);
}

void Ds389::finish_inactivity(TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  for (const Policed& policed : policed_) {
    model::TimeFact& expires = builder.accounts().expires[policed.row];
    if (expires.state == model::TimeState::known && expires.bounds.latest <= collected_at()) continue;
    const auto policy = limits_.find(policed.policy);
    if (policy == limits_.end() || !policed.from) {
      expires = model::TimeFact::unknown(text.intern(kPolicyUnseen));
    } else if (policy->second && base::add(*policed.from, *policy->second) <= collected_at()) {
      expires = model::TimeFact::unknown(text.intern(kInactive));
    }
  }
}

}  // namespace tally::directory
