#include "connectors/directory/openldap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kAccounts =
    "(|(objectClass=person)(objectClass=organizationalPerson)(objectClass=inetOrgPerson)(objectClass=account)"
    "(objectClass=posixAccount)(objectClass=simpleSecurityObject))";
constexpr std::string_view kGroups =
    "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=groupOfURLs)"
    "(objectClass=posixGroup))";

constexpr std::string_view kShadowIsOver = "shadowExpire keeps out Unix hosts alone, not LDAP binds";

constexpr std::string_view kNotDisabled = "no pwdAccountLockedTime";
constexpr std::string_view kNoExpiry = "no pwdEndTime, no shadowExpire";
constexpr std::string_view kNoOperational =
    "no entry shows operational attributes (an export without \"+\", or rights that hide them)";

std::vector<std::string> attributes_of(const ProfileOptions& options) {
  std::vector<std::string> out = {"objectClass",
                                  "entryUUID",
                                  "uid",
                                  "cn",
                                  "displayName",
                                  "mail",
                                  "gidNumber",
                                  "createTimestamp",
                                  "pwdAccountLockedTime",
                                  "pwdStartTime",
                                  "pwdEndTime",
                                  "shadowExpire",
                                  "pwdChangedTime",
                                  "pwdReset",
                                  "pwdPolicySubentry",
                                  "pwdLockout",
                                  "pwdLockoutDuration",
                                  "member",
                                  "uniqueMember",
                                  "memberUid",
                                  "memberURL",
                                  "modifyTimestamp",
                                  "creatorsName",
                                  "manager",
                                  "owner",
                                  "departmentNumber",
                                  "title",
                                  "employeeType",
                                  "uidNumber",
                                  "loginShell",
                                  "sshPublicKey",
                                  "description",
                                  "gecos"};
  out.push_back(options.employee_number_attribute);
  out.push_back(options.login_attribute);
  out.insert(out.end(), options.sign_in_attributes.begin(), options.sign_in_attributes.end());
  return out;
}

/// A shell that lets nobody in: nologin(8), false(1). An empty one means /bin/sh (passwd(5)).
bool lets_in(std::string_view shell) { return !shell.ends_with("/nologin") && !shell.ends_with("/false"); }

/// Passwords are never asked for (classifier.h); an export may show them, and then how they are kept counts.
constexpr Mark kMarks[] = {
    {"manager", model::kManagerNamed},
    {"sshPublicKey", model::kSshKey},
    {"userCertificate", model::kCertificate},
    {"description", model::kPasswordLikeText, looks_like_password},
    {"gecos", model::kPasswordLikeText, looks_like_password},
};

bool has_class(const Entry& entry, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return entry.has_value("objectClass", name); });
}

/// A password without a person or a Unix account is something that signs in by itself.
model::AccountKind kind_of(const Entry& entry) {
  if (has_class(entry, {"person", "organizationalPerson", "inetOrgPerson", "posixAccount"}))
    return model::AccountKind::user;
  if (has_class(entry, {"device", "ipHost"})) return model::AccountKind::computer;
  if (has_class(entry, {"simpleSecurityObject", "applicationProcess"})) return model::AccountKind::service;
  return model::AccountKind::user;
}

/// A uniqueMember may end in a bit string, "…,dc=example#'0101'B" (RFC 4517 §3.3.21): the DN is what stands before.
std::string_view without_unique_id(std::string_view value) {
  if (!value.ends_with("'B")) return value;
  const std::size_t mark = value.rfind("#'");
  return mark == std::string_view::npos ? value : value.substr(0, mark);
}

}  // namespace

base::Result<std::unique_ptr<Profile>> OpenLdap::create(const ProfileOptions& options, base::Instant collected_at) {
  auto classifier = Classifier::create(options, kAccounts, kGroups);
  if (!classifier) return tl::unexpected(classifier.error());
  return std::unique_ptr<Profile>(new OpenLdap(options, collected_at, std::move(*classifier)));
}

OpenLdap::OpenLdap(const ProfileOptions& options, base::Instant collected_at, Classifier classifier)
    : options_(options), collected_at_(collected_at), classifier_(std::move(classifier)), marks_(kMarks) {
  if (options_.login_attribute.empty()) options_.login_attribute = "uid";
  account_filter_ = classifier_.account_filter();
  group_filter_ = classifier_.group_filter();
  query_ = classifier_.query(attributes_of(options_), "(objectClass=pwdPolicy)");
  base_query_ = {"(objectClass=*)", {"objectClass", "entryUUID"}};
}

Seen OpenLdap::decode(const Entry& entry, TableBuilder& builder) {
  Fields fields(entry, builder);
  const bool account = classifier_.is_account(entry);
  const bool group = classifier_.is_group(entry);
  operational_shown_ = operational_shown_ || entry.has("entryUUID") || entry.has("createTimestamp");
  if (account && group) {
    builder.reject(entry, "objectClass", "",
                   "both an account and a group: read as an account, its members are not followed", true);
  }
  if (account) return decode_account(fields);
  if (group) return decode_group(fields);
  return decode_other(entry, builder);
}

Seen OpenLdap::decode_other(const Entry& entry, TableBuilder& builder) {
  builder.add_other(entry.dn());
  if (entry.has_value("objectClass", "pwdPolicy")) {
    Fields fields(entry, builder);
    learn_policy(fields);
    return Seen::policy;
  }
  const bool may_sign_in = entry.has(options_.login_attribute) || entry.has("userPassword");
  if (options_.account_filter.empty() && may_sign_in) {
    builder.reject(
        entry, "objectClass", entry.first("objectClass").value_or(""),
        "has a login or a password but is of no class that means an account: name the class in account_filter", true);
    return Seen::refused;
  }
  const bool has_members = entry.has("member") || entry.has("uniqueMember") || entry.has("memberUid");
  if (options_.group_filter.empty() && has_members) {
    builder.reject(entry, "objectClass", entry.first("objectClass").value_or(""),
                   "has members but is of no class that means a group: name the class in group_filter", true);
    return Seen::refused;
  }
  return Seen::other;
}

base::TextId OpenLdap::uuid(Fields& fields) {
  const auto value = fields.entry().first("entryUUID");
  if (!value) return base::TextId(0);
  if (const auto id = uuid_text(*value)) return fields.builder().text().add(*id);
  fields.reject("entryUUID", *value, "a UUID");
  return base::TextId(0);
}

Seen OpenLdap::decode_account(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const auto account = builder.add_account(fields.entry());
  if (!account) return Seen::refused;
  const std::uint32_t row = account->index();
  model::Accounts& accounts = builder.accounts();
  identity(fields, *account);
  access(fields, row);
  accounts.expires[row] = expiry(fields);
  accounts.password_changed[row] = fields.time("pwdChangedTime");
  accounts.created[row] = fields.time("createTimestamp");
  accounts.modified[row] = fields.time("modifyTimestamp");
  sign_in(fields, row);
  further(fields, *account);
  if (const auto gid = fields.integer("gidNumber")) {
    if (*gid >= 0 && *gid < model::Accounts::kNoNumber) accounts.gid_number[row] = static_cast<std::uint32_t>(*gid);
    builder.set_primary_gid(*account, static_cast<std::uint64_t>(*gid));
  } else if (fields.entry().has("gidNumber")) {
    accounts.primary_group_basis[row] = fields.unreadable("gidNumber");
  }
  return Seen::account;
}

void OpenLdap::further(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  marks_.read(fields, row, false);
  accounts.creator[row] = fields.shared_text("creatorsName");
  accounts.department[row] = fields.shared_text("departmentNumber");
  accounts.title[row] = fields.shared_text("title");
  accounts.employee_type[row] = fields.shared_text("employeeType");
  accounts.uid_number[row] = fields.posix_number("uidNumber");
  if (const auto manager = fields.entry().first("manager")) fields.builder().set_manager(account, *manager);
  if (const auto shell = fields.entry().first("loginShell")) {
    accounts.flags_known[row] |= model::kLoginShell;
    if (lets_in(*shell)) accounts.flags[row] |= model::kLoginShell;
  }
  if (const auto password = fields.entry().first("userPassword")) {
    accounts.password_scheme[row] = fields.builder().text().intern(password_scheme(*password));
  }
}

void OpenLdap::identity(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  accounts.kind[row] = kind_of(fields.entry());
  accounts.native_id[row] = uuid(fields);
  // A service that signs in by its DN (organizationalRole with a password) has no uid: without a name it could be in no
  // register and fit no pattern.
  const bool by_cn = accounts.kind[row] == model::AccountKind::service && !fields.entry().has(options_.login_attribute);
  accounts.login[row] = fields.text(by_cn ? "cn" : options_.login_attribute);
  accounts.display_name[row] = fields.text(fields.entry().has("displayName") ? "displayName" : "cn");
  accounts.mail[row] = fields.text("mail");
  accounts.employee_number[row] = fields.text(options_.employee_number_attribute);
  const auto uids = fields.entry().values("uid");
  for (std::size_t i = 0; i < uids.size(); ++i) {
    const bool is_login = i == 0 && equal_ignoring_case(options_.login_attribute, "uid");
    fields.builder().add_uid(account, is_login ? accounts.login[row] : fields.builder().text().intern(uids[i]));
  }
}

/// enabled, locked and the flags.
void OpenLdap::access(Fields& fields, std::uint32_t row) {
  model::Accounts& accounts = fields.builder().accounts();
  base::TextPool& text = fields.builder().text();
  accounts.enabled[row] = model::BoolFact::known(true, text.intern(kNotDisabled));
  accounts.locked[row] = model::BoolFact::known(false, text.intern(kNotDisabled));
  lock_time(fields, row);
  start_time(fields, row);
  if (const auto why = classifier_.disabled_by(fields.entry())) {
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
void OpenLdap::start_time(Fields& fields, std::uint32_t row) {
  const auto written = fields.entry().first("pwdStartTime");
  if (!written) return;
  operational_shown_ = true;
  model::BoolFact& enabled = fields.builder().accounts().enabled[row];
  if (const auto start = generalized_time(*written)) {
    if (*start > collected_at_) enabled = model::BoolFact::known(false, fields.evidence("pwdStartTime", *written));
    return;
  }
  fields.reject("pwdStartTime", *written, "a time like 20260131120000Z");
  if (enabled.value == model::Truth::yes) enabled = model::BoolFact::unknown(fields.unreadable("pwdStartTime"));
}

model::TimeFact OpenLdap::expiry(Fields& fields) {
  const auto over = [&](const model::TimeFact& fact) {
    return fact.state == model::TimeState::known && fact.bounds.latest <= collected_at_;
  };
  model::TimeFact shadow = shadow_expiry(fields);
  if (over(shadow)) shadow = model::TimeFact::unknown(fields.builder().text().intern(kShadowIsOver));
  if (!fields.entry().has("pwdEndTime")) return shadow;
  operational_shown_ = true;
  const model::TimeFact end = fields.time("pwdEndTime");
  if (end.state != model::TimeState::known || over(end) || shadow.state == model::TimeState::never) return end;
  if (shadow.state == model::TimeState::unknown) return shadow;
  return end.bounds.earliest < shadow.bounds.earliest ? end : shadow;
}

model::TimeFact OpenLdap::shadow_expiry(Fields& fields) {
  base::TextPool& text = fields.builder().text();
  if (!fields.entry().has("shadowExpire")) return model::TimeFact::never(text.intern(kNoExpiry));
  const auto days = fields.integer("shadowExpire");
  if (!days) return model::TimeFact::unknown(fields.unreadable("shadowExpire"));
  if (*days == -1) return model::TimeFact::never(text.intern("shadowExpire=-1"));
  if (*days == 0)
    return model::TimeFact::unknown(text.intern("shadowExpire=0 is read as never by some and as 1970 by others"));
  if (const auto at = days_since_1970(*days)) {
    return model::TimeFact::known(base::Bounds::exactly(*at), text.intern("shadowExpire"));
  }
  fields.reject("shadowExpire", *fields.entry().first("shadowExpire"), "days since 1970, or -1");
  return model::TimeFact::unknown(fields.unreadable("shadowExpire"));
}

void OpenLdap::sign_in(Fields& fields, std::uint32_t row) {
  model::TimeFact& fact = fields.builder().accounts().last_sign_in[row];
  for (const std::string& attribute : options_.sign_in_attributes) {
    if (!fields.entry().has(attribute)) continue;
    fact = fields.time(attribute);
    sign_ins_shown_ = true;
    return;
  }
  no_sign_in_.push_back(model::AccountId(row));
}

Seen OpenLdap::decode_group(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const Entry& entry = fields.entry();
  const auto group = builder.add_group(entry);
  if (!group) return Seen::refused;
  const std::uint32_t row = group->index();
  builder.groups().native_id[row] = uuid(fields);
  builder.groups().name[row] = fields.text("cn");
  builder.groups().created[row] = fields.time("createTimestamp");
  builder.groups().modified[row] = fields.time("modifyTimestamp");
  builder.groups().modified_by_members[row] = 1;  // members are values of the entry like any other
  for (const std::string_view owner : entry.values("owner")) builder.add_owner(*group, owner);
  builder.add_members(*group, entry, "member");
  for (std::string_view member : entry.values("uniqueMember")) builder.add_member(*group, without_unique_id(member));
  for (std::string_view uid : entry.values("memberUid")) builder.add_member_uid(*group, uid);
  if (const auto gid = fields.integer("gidNumber")) {
    if (*gid >= 0 && *gid < model::Accounts::kNoNumber) {
      builder.groups().gid_number[row] = static_cast<std::uint32_t>(*gid);
    }
    builder.set_gid(*group, static_cast<std::uint64_t>(*gid));
    if (*gid == 0) {  // whatever it is called: files of root are its members' files, on every host
      builder.groups().tier[row] = model::Tier::tier1;
      builder.groups().tier_basis[row] = builder.text().intern("gidNumber=0 is the root group of Unix hosts");
    }
  }
  if (entry.has("memberURL") || entry.has_value("objectClass", "groupOfURLs")) {
    builder.mark_members_unknown(*group, "a dynamic group: its members are computed from memberURL by the server");
  }
  return Seen::group;
}

void OpenLdap::finish(TableBuilder& builder) {
  base::TextPool& text = builder.text();
  marks_.finish(builder);
  finish_locks(builder);
  const base::TextId unknown =
      text.intern("no account shows a sign-in: this directory does not record them, or hides them");
  for (const model::AccountId account : no_sign_in_) {
    const std::uint32_t row = account.index();
    builder.accounts().last_sign_in[row] =
        sign_ins_shown_ ? absent_sign_in(builder.accounts().created[row], text) : model::TimeFact::unknown(unknown);
  }
  if (!operational_shown_) finish_without_operational(builder);
}

model::TimeFact OpenLdap::absent_sign_in(const model::TimeFact& created, base::TextPool& text) const {
  if (!options_.sign_ins_recorded_since) {
    return model::TimeFact::unknown(
        text.intern("no sign-in recorded, and sign_ins_recorded_since does not say since when they are recorded"));
  }
  const base::Instant since = *options_.sign_ins_recorded_since;
  const bool known = created.state == model::TimeState::known;
  if (known && created.bounds.earliest >= since) {
    return model::TimeFact::never(text.intern("no sign-in recorded since the account was created"));
  }
  return model::TimeFact::known({known ? created.bounds.earliest : base::kBeginningOfTime, since},
                                text.intern("no sign-in since they are recorded; earlier ones were not"));
}

/// "Not set" and "not exported" look alike here, so neither is claimed.
void OpenLdap::finish_without_operational(TableBuilder& builder) {
  base::TextPool& text = builder.text();
  model::Accounts& accounts = builder.accounts();
  const base::TextId reason = text.intern(kNoOperational);
  const base::TextId not_disabled = text.intern(kNotDisabled);
  const base::TextId no_expiry = text.intern(kNoExpiry);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const bool default_enabled = accounts.enabled[i].basis == not_disabled && options_.disabled_when.empty();
    if (default_enabled) accounts.enabled[i] = model::BoolFact::unknown(reason);
    if (accounts.locked[i].basis == not_disabled) accounts.locked[i] = model::BoolFact::unknown(reason);
    if (accounts.expires[i].basis == no_expiry) accounts.expires[i] = model::TimeFact::unknown(reason);
    accounts.flags_known[i] &= ~std::uint32_t{model::kMustChangePassword};
    accounts.flags_basis[i] = reason;
  }
}

}  // namespace tally::directory
