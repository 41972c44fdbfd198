#include "connectors/directory/openldap.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/posix.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kNotDisabled = "no pwdAccountLockedTime";
constexpr std::string_view kNoExpiry = "no pwdEndTime, no shadowExpire";
constexpr std::string_view kNoOperational =
    "no entry shows operational attributes (an export without \"+\", or rights that hide them)";

std::vector<std::string> own_attributes(const SignIns& sign_ins) {
  std::vector<std::string> out = {"entryUUID",         "sshPublicKey", "pwdAccountLockedTime", "pwdStartTime",
                                  "pwdEndTime",        "shadowExpire", "pwdChangedTime",       "pwdReset",
                                  "pwdPolicySubentry", "pwdLockout",   "pwdLockoutDuration"};
  out.insert(out.end(), sign_ins.attributes().begin(), sign_ins.attributes().end());
  return out;
}

}  // namespace

base::Result<std::unique_ptr<Profile>> OpenLdap::create(const ProfileOptions& options, base::Instant collected_at) {
  auto classifier = Classifier::create(options, fmt::format("(|{})", kAccounts), fmt::format("(|{})", kGroups));
  if (!classifier) return tl::unexpected(classifier.error());
  std::vector<std::string> attributes = options.sign_in_attributes;
  if (attributes.empty()) attributes = {"pwdLastSuccess", "authTimestamp"};
  SignIns sign_ins(std::move(attributes), options.sign_ins_recorded_since, collected_at);
  return std::unique_ptr<Profile>(new OpenLdap(options, collected_at, std::move(*classifier), std::move(sign_ins)));
}

OpenLdap::OpenLdap(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins)
    : StandardProfile(options, collected_at, std::move(classifier), own_attributes(sign_ins),
                      "(objectClass=pwdPolicy)"),
      sign_ins_(std::move(sign_ins)),
      overlays_(PpolicyOverlays::configured(options)) {}

void OpenLdap::decode_access(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  Governed governed{.account = account};
  if (fields.entry().has("pwdPolicySubentry"))  // the empty DN names none, and no default comes in its place
    governed.policy = normal_dn(fields.entry().first("pwdPolicySubentry").value_or(""));
  switches(fields, row, governed);
  end_time(fields, row, governed);
  accounts.password_changed[row] = fields.time("pwdChangedTime");
  sign_ins_.read(fields, row);
  if (governed.for_good || governed.since || governed.starts.valid() || governed.ends_without)
    governed_.push_back(std::move(governed));
}

/// enabled, locked and the flags.
void OpenLdap::switches(Fields& fields, std::uint32_t row, Governed& governed) {
  model::Accounts& accounts = fields.builder().accounts();
  base::TextPool& text = fields.builder().text();
  accounts.enabled[row] = model::BoolFact::known(true, text.intern(kNotDisabled));
  accounts.locked[row] = model::BoolFact::known(false, text.intern(kNotDisabled));
  lock_time(fields, row, governed);
  start_time(fields, row, governed);
  if (const auto why = classifier().disabled_by(fields.entry())) {
    accounts.enabled[row] = model::BoolFact::known(false, text.intern(*why));
  }
  accounts.flags_known[row] |= model::kMustChangePassword;
  const auto reset = fields.entry().first("pwdReset");
  accounts.flags_basis[row] =
      text.intern(reset ? fmt::format("pwdReset={}", *reset == "TRUE" ? "TRUE" : "FALSE") : "no pwdReset");
  if (reset == "TRUE") {
    accounts.flags[row] |= model::kMustChangePassword;
  } else if (reset && reset != "FALSE") {
    fields.reject("pwdReset", *reset, "TRUE or FALSE");
    accounts.flags_known[row] &= ~std::uint32_t{model::kMustChangePassword};
    accounts.flags_basis[row] = fields.unreadable("pwdReset");
  }
}

/// Before pwdStartTime every sign-in is refused (draft-behera §5.3.9): the account does not let anybody in yet.
void OpenLdap::start_time(Fields& fields, std::uint32_t row, Governed& governed) {
  const auto written = fields.entry().first("pwdStartTime");
  if (!written) return;
  saw_operational();
  if (const auto start = generalized_time(*written)) {
    if (*start > collected_at()) governed.starts = fields.evidence("pwdStartTime", *written);
    return;
  }
  model::BoolFact& enabled = fields.builder().accounts().enabled[row];
  fields.reject("pwdStartTime", *written, "a time like 20260131120000Z");
  if (enabled.value == model::Truth::yes) enabled = model::BoolFact::unknown(fields.unreadable("pwdStartTime"));
}

void OpenLdap::end_time(Fields& fields, std::uint32_t row, Governed& governed) {
  model::TimeFact& expires = fields.builder().accounts().expires[row];
  const model::TimeFact shadow = shadow_expiry(fields, collected_at(), kNoExpiry);
  expires = shadow;
  if (!fields.entry().has("pwdEndTime")) return;
  saw_operational();
  model::TimeFact end = fields.time("pwdEndTime");
  const bool known = end.state == model::TimeState::known;
  if (known && end.bounds.latest < base::Instant{})
    end = model::TimeFact::unknown(fields.builder().text().intern("pwdEndTime before 1970: slapd does not look at it"));
  const bool counts = end.state != model::TimeState::known || end.bounds.latest <= collected_at() ||
                      shadow.state == model::TimeState::never ||
                      (shadow.state == model::TimeState::known && end.bounds.earliest < shadow.bounds.earliest);
  if (!counts) return;
  expires = end;
  if (end.state == model::TimeState::known) governed.ends_without = shadow;
}

void OpenLdap::finish(TableBuilder& builder) {
  finish_entries(builder);
  finish_governed(builder);
  sign_ins_.finish(builder);
  if (!operational_shown()) finish_without_operational(builder);
  std::vector<std::string>& notes = builder.harvest().source.notes;
  if (!live()) notes.insert(notes.end(), overlays_.notes().begin(), overlays_.notes().end());
  if (persons_only_policies_ > 0)
    notes.push_back(fmt::format("password-policies: {} entries of class person are policies and count as no accounts",
                                persons_only_policies_));
}

/// "Not set" and "not exported" look alike here, so neither is claimed.
void OpenLdap::finish_without_operational(TableBuilder& builder) {
  base::TextPool& text = builder.text();
  model::Accounts& accounts = builder.accounts();
  const base::TextId reason = text.intern(kNoOperational);
  const base::TextId not_disabled = text.intern(kNotDisabled);
  const base::TextId no_expiry = text.intern(kNoExpiry);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const bool default_enabled = accounts.enabled[i].basis == not_disabled && options().disabled_when.empty();
    if (default_enabled) accounts.enabled[i] = model::BoolFact::unknown(reason);
    if (accounts.locked[i].basis == not_disabled) accounts.locked[i] = model::BoolFact::unknown(reason);
    if (accounts.expires[i].basis == no_expiry) accounts.expires[i] = model::TimeFact::unknown(reason);
    accounts.flags_known[i] &= ~std::uint32_t{model::kMustChangePassword};
    accounts.flags_basis[i] = reason;
  }
}

}  // namespace tally::directory
