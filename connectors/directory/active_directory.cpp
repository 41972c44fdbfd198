#include "connectors/directory/active_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/fields.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kComputed = "msDS-User-Account-Control-Computed";
constexpr std::string_view kComputedLockout = "msDS-User-Account-Control-Computed & 16";

std::vector<std::string> attributes_of(const ProfileOptions& options) {
  std::vector<std::string> out = {"objectClass",
                                  "objectGUID",
                                  "objectSid",
                                  "sAMAccountName",
                                  "userPrincipalName",
                                  "displayName",
                                  "mail",
                                  "userAccountControl",
                                  std::string(kComputed),
                                  "lockoutTime",
                                  "accountExpires",
                                  "lastLogonTimestamp",
                                  "lastLogon",
                                  "pwdLastSet",
                                  "whenCreated",
                                  "primaryGroupID",
                                  "servicePrincipalName",
                                  "member",
                                  "replPropertyMetaData"};
  // For facts about owners, managers, delegation and credentials. Not userCertificate and msDS-KeyCredentialLink: some
  // kilobytes an account; they count where an export has them.
  for (const char* name :
       {"whenChanged", "manager", "managedBy", "groupType", "department", "title", "employeeType", "adminCount",
        "sIDHistory", "altSecurityIdentities", "description", "info", "comment", "msDS-AllowedToDelegateTo",
        "msDS-AllowedToActOnBehalfOfOtherIdentity", "msDS-SupportedEncryptionTypes"}) {
    out.emplace_back(name);
  }
  out.push_back(options.employee_number_attribute);
  out.push_back(options.login_attribute);
  return out;
}

/// groupType (MS-ADTS 2.2.12): the group is a security group.
constexpr std::int64_t kSecurityEnabled = 0x80000000;

model::AccountKind kind_of(const Entry& entry, std::optional<std::uint32_t> control) {
  for (std::string_view name :
       {"msDS-ManagedServiceAccount", "msDS-GroupManagedServiceAccount", "msDS-DelegatedManagedServiceAccount"}) {
    if (entry.has_value("objectClass", name)) return model::AccountKind::managed_service;
  }
  if (control && (*control & kUacInterdomainTrust) != 0) return model::AccountKind::trust;
  if (entry.has_value("objectClass", "computer")) return model::AccountKind::computer;
  return model::AccountKind::user;
}

base::TextId guid_of(Fields& fields) {
  const auto value = fields.entry().first("objectGUID");
  if (!value) return base::TextId(0);
  auto guid = guid_text(*value);
  if (!guid) guid = uuid_text(*value);
  if (guid) return fields.builder().text().add(*guid);
  fields.reject("objectGUID", *value, "16 bytes");
  return base::TextId(0);
}

base::TextId sid_of(Fields& fields) {
  const auto value = fields.entry().first("objectSid");
  if (!value) return base::TextId(0);
  if (const auto sid = sid_from(*value)) return fields.builder().text().add(*sid);
  fields.reject("objectSid", *value, "a security identifier");
  return base::TextId(0);
}

}  // namespace

base::Result<std::unique_ptr<Profile>> ActiveDirectory::create(const ProfileOptions& options,
                                                               base::Instant collected_at) {
  auto classifier = Classifier::create(options, "(objectClass=user)", "(objectClass=group)");
  if (!classifier) return tl::unexpected(classifier.error());
  return std::unique_ptr<Profile>(new ActiveDirectory(options, collected_at, std::move(*classifier)));
}

ActiveDirectory::ActiveDirectory(const ProfileOptions& options, base::Instant collected_at, Classifier classifier)
    : options_(options),
      collected_at_(collected_at),
      classifier_(std::move(classifier)),
      marks_(marks()),
      export_marks_(marks_of_exports()) {
  if (options_.login_attribute.empty()) options_.login_attribute = "sAMAccountName";
  account_filter_ = classifier_.account_filter();
  group_filter_ = classifier_.group_filter();
  query_ = classifier_.query(attributes_of(options_), "");
  base_query_ = {"(objectClass=*)", {"objectClass", "objectSid", "lockoutDuration", "maxPwdAge"}};
}

Seen ActiveDirectory::decode(const Entry& entry, TableBuilder& builder) {
  if (entry.has_value("isDeleted", "TRUE")) {  // an export with tombstones: they can get nobody in
    ++deleted_;
    builder.add_other(entry.dn());
    return Seen::other;
  }
  Fields fields(entry, builder);
  const bool account = classifier_.is_account(entry);
  const bool group = classifier_.is_group(entry);
  if (account && group) {
    builder.reject(entry, "objectClass", "",
                   "both an account and a group: read as an account, its members are not followed", true);
  }
  if (account) return decode_account(fields);
  if (group) return decode_group(fields);
  builder.add_other(entry.dn());
  learn_domain(fields);
  learn_template(fields);
  if (!policies_.take(entry)) return Seen::other;
  learn_policy(fields);
  return Seen::policy;
}

/// Where the head of a domain was read, all of the domain lies below: a SID of it that nobody has is nobody's.
void ActiveDirectory::learn_domain(Fields& fields) {
  const Entry& entry = fields.entry();
  const auto written = entry.first("objectSid");
  if (!written || !entry.has_value("objectClass", "domainDNS") || !options_.group_filter.empty()) return;
  descriptor(fields, {model::ControlledKind::domain, {}, {}}, ControlledClass::domain);
  const auto sid = sid_from(*written);
  if (sid && sid->starts_with("S-1-5-21-")) fields.builder().harvest().source.domains.push_back(*sid);
}

/// Negative intervals; 0 or the smallest value: for ever (MS-ADA1 2.387, 2.395; MS-ADA2 2.368, 2.372).
void ActiveDirectory::learn_policy(Fields& fields) {
  for (const char* name : {"lockoutDuration", "maxPwdAge", "msDS-LockoutDuration", "msDS-MaximumPasswordAge"}) {
    const auto steps = fields.integer(name);
    if (steps && *steps > 0) fields.reject(name, *fields.entry().first(name), "a negative interval or 0");
  }
}

Seen ActiveDirectory::decode_account(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const auto account = builder.add_account(fields.entry());
  if (!account) return Seen::refused;
  const std::uint32_t row = account->index();
  identity(fields, row);
  control(fields, row);
  lockout(fields, row);
  builder.accounts().expires[row] = expiry(fields);
  // Not by `enabled`, which the site's disabled_when may have told without userAccountControl.
  sign_ins(fields, row, (builder.accounts().flags_known[row] & kFlagsOfAccountControl) == kFlagsOfAccountControl);
  password(fields, row);
  builder.accounts().created[row] = fields.time("whenCreated");
  builder.accounts().modified[row] = fields.time("whenChanged");
  past(fields, *account);
  further(fields, *account);
  if (live_) hidden_.take(row, fields.entry());
  if (const auto rid = fields.integer("primaryGroupID")) {
    if (*rid >= 0 && *rid <= 0xFFFFFFFFLL) {
      builder.set_primary_rid(*account, static_cast<std::uint32_t>(*rid));
    } else {
      fields.reject("primaryGroupID", *fields.entry().first("primaryGroupID"), "a number of 32 bits");
      builder.accounts().primary_group_basis[row] = fields.unreadable("primaryGroupID");
    }
  } else {
    builder.accounts().primary_group_basis[row] = fields.entry().has("primaryGroupID")
                                                      ? fields.unreadable("primaryGroupID")
                                                      : fields.not_delivered("primaryGroupID");
  }
  descriptor(fields, {model::ControlledKind::account, *account, {}}, controlled_class(builder.accounts().kind[row]));
  return Seen::account;
}

void ActiveDirectory::identity(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  accounts.native_id[row] = guid_of(fields);
  accounts.sid[row] = sid_of(fields);
  accounts.login[row] = fields.text(options_.login_attribute);
  accounts.principal[row] = fields.text("userPrincipalName");
  accounts.display_name[row] = fields.text("displayName");
  accounts.mail[row] = fields.text("mail");
  accounts.employee_number[row] = fields.text(options_.employee_number_attribute);
}

/// userAccountControl and what hangs on it: kind, enabled, flags.
void ActiveDirectory::control(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  const Entry& entry = fields.entry();
  const auto written = entry.first("userAccountControl");
  const auto value = written ? account_control(*written) : std::nullopt;
  accounts.kind[row] = kind_of(entry, value);
  if (value) {
    const base::TextId basis = fields.evidence("userAccountControl", *written);
    accounts.enabled[row] = model::BoolFact::known((*value & kUacDisabled) == 0, basis);
    accounts.flags[row] = flags_of_account_control(*value);
    accounts.flags_known[row] = kFlagsOfAccountControl | model::kHasServicePrincipal;
    accounts.flags_basis[row] = basis;
  } else {
    if (written) fields.reject("userAccountControl", *written, "a number of 32 bits");
    const base::TextId reason =
        written ? fields.unreadable("userAccountControl") : fields.not_delivered("userAccountControl");
    accounts.enabled[row] = model::BoolFact::unknown(reason);
    accounts.flags_basis[row] = reason;
  }
  if (const auto why = classifier_.disabled_by(entry)) {
    accounts.enabled[row] = model::BoolFact::known(false, fields.builder().text().intern(*why));
  }
  if (entry.first("servicePrincipalName")) {
    accounts.flags[row] |= model::kHasServicePrincipal;
    accounts.flags_known[row] |= model::kHasServicePrincipal;
  }
}

void ActiveDirectory::lockout(Fields& fields, std::uint32_t row) {
  model::BoolFact& locked = fields.builder().accounts().locked[row];
  if (const auto computed = fields.entry().first(kComputed)) {
    if (const auto bits = account_control(*computed)) {
      // Other bits change by the passing of time, and say nothing of this.
      const bool set = (*bits & kUacLockout) != 0;
      locked = model::BoolFact::known(set, fields.evidence(kComputedLockout, set ? "16" : "0"));
      return;
    }
    fields.reject(kComputed, *computed, "a number of 32 bits");
  }
  const auto since = fields.integer("lockoutTime");
  if (!since && fields.entry().has("lockoutTime")) {
    locked = model::BoolFact::unknown(fields.unreadable("lockoutTime"));
  } else if (!since || *since == 0) {
    locked = model::BoolFact::known(false, fields.builder().text().intern(since ? "lockoutTime=0" : kNoLockoutTime));
  } else if (const auto at = filetime(*since)) {
    lockouts_.push_back({model::AccountId(row), *at});  // settle() decides, by the policy in force
  } else {
    fields.reject("lockoutTime", *fields.entry().first("lockoutTime"), "a FILETIME");
    locked = model::BoolFact::unknown(fields.unreadable("lockoutTime"));
  }
}

model::TimeFact ActiveDirectory::expiry(Fields& fields) const {
  base::TextPool& text = fields.builder().text();
  const auto steps = fields.integer("accountExpires");
  if (!steps) {
    return model::TimeFact::unknown(fields.entry().has("accountExpires") ? fields.unreadable("accountExpires")
                                                                         : fields.not_delivered("accountExpires"));
  }
  if (*steps == 0 || *steps == kFiletimeNever) {
    return model::TimeFact::never(text.intern(fmt::format("accountExpires={}", *steps)));
  }
  if (const auto at = filetime(*steps)) {
    return model::TimeFact::known(base::Bounds::exactly(*at), text.intern("accountExpires"));
  }
  fields.reject("accountExpires", *fields.entry().first("accountExpires"), "a FILETIME");
  return model::TimeFact::unknown(fields.unreadable("accountExpires"));
}

/// A FILETIME of which 0 means "none".
std::optional<base::Instant> ActiveDirectory::moment(Fields& fields, std::string_view attribute) const {
  const auto steps = fields.integer(attribute);
  if (!steps || *steps == 0) return std::nullopt;
  const auto at = filetime(*steps);
  if (!at) fields.reject(attribute, *fields.entry().first(attribute), "a FILETIME");
  return at;
}

void ActiveDirectory::sign_ins(Fields& fields, std::uint32_t row, bool control_known) {
  base::TextPool& text = fields.builder().text();
  model::TimeFact& fact = fields.builder().accounts().last_sign_in[row];
  const std::uint64_t rejects = fields.builder().harvest().source.coverage.rejects_total;
  const auto replicated = moment(fields, "lastLogonTimestamp");
  const auto here = moment(fields, "lastLogon");
  const bool damaged = fields.builder().harvest().source.coverage.rejects_total != rejects;
  if (replicated) sign_ins_shown_ = true;
  if (damaged && !replicated) {
    fact = model::TimeFact::unknown(text.intern("lastLogonTimestamp or lastLogon has a value that cannot be read"));
    return;
  }
  if (!replicated && !here) {
    fact = model::TimeFact::unknown(fields.not_delivered("lastLogonTimestamp"));
    if (control_known) no_sign_in_.push_back(model::AccountId(row));
    return;
  }
  const base::Instant earliest =
      std::max(replicated.value_or(base::kBeginningOfTime), here.value_or(base::kBeginningOfTime));
  base::Instant latest = collected_at_;
  // An interval of 0 switches the writing off (msDS-LogonTimeSyncInterval, MS-ADA2): the value stands still, however
  // often somebody signs in.
  if (replicated && options_.logon_time_sync_days > 0)
    latest = std::min(latest, base::add(*replicated, std::chrono::hours{24} * options_.logon_time_sync_days));
  fact = model::TimeFact::known({earliest, std::max(earliest, latest)},
                                text.intern(replicated && here ? "lastLogonTimestamp, lastLogon"
                                            : replicated       ? "lastLogonTimestamp"
                                                               : "lastLogon of this server alone"));
}

void ActiveDirectory::password(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  const auto steps = fields.integer("pwdLastSet");
  const auto at = steps ? filetime(*steps) : std::nullopt;
  if (at) {
    accounts.password_changed[row] =
        model::TimeFact::known(base::Bounds::exactly(*at), fields.builder().text().intern("pwdLastSet"));
  } else if (steps && *steps == 0) {
    accounts.password_changed[row] = model::TimeFact::unknown(fields.builder().text().intern(
        "pwdLastSet=0: must change at next sign-in, the time of the last change is not kept"));
    accounts.flags[row] |= model::kMustChangePassword;
  } else {
    if (steps) fields.reject("pwdLastSet", *fields.entry().first("pwdLastSet"), "a FILETIME");
    accounts.password_changed[row] = model::TimeFact::unknown(
        fields.entry().has("pwdLastSet") ? fields.unreadable("pwdLastSet") : fields.not_delivered("pwdLastSet"));
    return;
  }
  accounts.flags_known[row] |= model::kMustChangePassword;
}

Seen ActiveDirectory::decode_group(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const auto group = builder.add_group(fields.entry());
  if (!group) return Seen::refused;
  model::Groups& groups = builder.groups();
  const std::uint32_t row = group->index();
  groups.native_id[row] = guid_of(fields);
  groups.sid[row] = sid_of(fields);
  groups.name[row] = fields.text("sAMAccountName");
  const std::string sid(builder.text().view(groups.sid[row]));
  if (sid.empty()) ++groups_without_sid_;
  if (const auto known = privileged_sid(sid)) {
    groups.tier[row] = known->tier;
    groups.tier_basis[row] = builder.text().add(fmt::format("{} is {}", sid, known->name));
  }
  groups.created[row] = fields.time("whenCreated");
  groups.modified[row] = fields.time("whenChanged");
  if (const auto type = fields.integer("groupType")) {
    // LDAP shows bit 31 as a minus sign.
    groups.mail_only[row] = (*type & kSecurityEnabled) == 0 ? model::Truth::yes : model::Truth::no;
  }
  policies_.take_group(*group, fields.integer("groupType"));
  for (const std::string_view owner : fields.entry().values("managedBy")) builder.add_owner(*group, owner);
  builder.add_members(*group, fields.entry(), "member");
  if (live_ && builder.expects_all()) memberless_.take(*group, fields.entry());
  descriptor(fields, {model::ControlledKind::group, {}, *group}, ControlledClass::group);
  return Seen::group;
}

std::vector<std::string> ActiveDirectory::inquire(const Inquiry& ask, TableBuilder& builder) {
  std::vector<std::string> notes = memberless_.look_at_lists(ask, options_.bases, builder);
  for (std::string& line : hidden_.look_at_lists(ask, options_.bases, builder)) notes.push_back(std::move(line));
  return notes;
}

void ActiveDirectory::finish(TableBuilder& builder) {
  base::TextPool& text = builder.text();
  memberless_.doubt(builder);
  finish_marks(builder);
  doubt_hidden(builder);
  finish_controls(builder);
  if (deleted_ > 0) {
    builder.harvest().source.notes.push_back(
        fmt::format("deleted-objects: {} are in what was read, and are no accounts", deleted_));
  }
  if (groups_without_sid_ > 0) {
    builder.harvest().source.coverage.lower(
        model::CoverageState::partial, model::Gap::Kind::missing_column,
        fmt::format("{} group{} no objectSid: whether they mean power is not known", groups_without_sid_,
                    groups_without_sid_ == 1 ? " shows" : "s show"));
  }
  const base::TextId never = text.intern("no lastLogonTimestamp, which other accounts here show");
  const base::TextId unknown = text.intern(
      "no account shows lastLogonTimestamp: it may not be read with these rights, "
      "or this domain does not keep it");
  const base::TextId hidden = text.intern(fmt::format("lastLogonTimestamp is not shown, and {}", kMayBeHidden));
  for (const model::AccountId account : no_sign_in_) {
    builder.accounts().last_sign_in[account.index()] = hidden_.open(HiddenMarks::kLastLogonTimestamp, account.index())
                                                           ? model::TimeFact::unknown(hidden)
                                                       : sign_ins_shown_ ? model::TimeFact::never(never)
                                                                         : model::TimeFact::unknown(unknown);
  }
}

void ActiveDirectory::settle(model::Harvest& harvest) { policies_.tell(harvest, lockouts_, collected_at_); }

}  // namespace tally::directory
