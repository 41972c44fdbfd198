#include "connectors/directory/standard_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/directory/fields.h"
#include "connectors/directory/hidden_members.h"
#include "connectors/directory/posix.h"
#include "connectors/directory/power_rows.h"
#include "connectors/directory/sid.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

std::vector<std::string> attributes_of(const ProfileOptions& options, std::vector<std::string> own) {
  std::vector<std::string> out = {
      "objectClass",     "uid",          "cn",         "displayName",      "mail",         "gidNumber",
      "member",          "uniqueMember", "memberUid",  "memberURL",        "manager",      "createTimestamp",
      "modifyTimestamp", "owner",        "title",      "departmentNumber", "employeeType", "uidNumber",
      "gecos",           "creatorsName", "loginShell", "description"};
  out.insert(out.end(), own.begin(), own.end());
  out.insert(out.end(), SudoRoles::attributes().begin(), SudoRoles::attributes().end());
  out.push_back(options.employee_number_attribute);
  out.push_back(options.login_attribute);
  return out;
}

constexpr std::string_view kSudoRoles = "(objectClass=sudoRole)";
constexpr std::string_view kGroupNumber = "gidNumber";
constexpr std::array<std::string_view, 3> kNumbers = {"uid", "uidNumber", kGroupNumber};

std::vector<std::string> with_numbers(std::vector<std::string> absent) {
  absent.insert(absent.end(), kNumbers.begin(), kNumbers.end());
  return absent;
}

/// By what a group is known as one that means power, and who is in it.
std::vector<std::string> decisive_of_groups(const ProfileOptions& options) {
  std::vector<std::string> out =
      options.dialect == Dialect::generic ? options.generic.members : GenericAttributes().members;
  out.insert(out.end(), {"cn", std::string(kGroupNumber)});
  return out;
}

/// Certificates are some kilobytes an account and never asked for; they count where an export has them.
constexpr Mark kMarks[] = {
    {"manager", model::kManagerNamed},
    {"sshPublicKey", model::kSshKey},    // OpenSSH-LPK
    {"nsSshPublicKey", model::kSshKey},  // 389-ds, nsAccount
    {"ipaSshPubKey", model::kSshKey},    // FreeIPA
    {"userCertificate", model::kCertificate},
    {"description", model::kPasswordLikeText, looks_like_password},
    {"gecos", model::kPasswordLikeText, looks_like_password},
};

bool has_class(const Entry& entry, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return entry.has_value("objectClass", name); });
}

/// A uniqueMember may end in a bit string, "…,dc=example#'0101'B" (RFC 4517 §3.3.21): the DN is what stands before.
std::string_view without_unique_id(std::string_view value) {
  if (!value.ends_with("'B")) return value;
  const std::size_t mark = value.rfind("#'");
  return mark == std::string_view::npos ? value : value.substr(0, mark);
}

}  // namespace

StandardProfile::StandardProfile(const ProfileOptions& options, base::Instant collected_at, Classifier classifier,
                                 std::vector<std::string> own, std::string_view policies,
                                 std::vector<std::string> absent)
    : options_(options),
      collected_at_(collected_at),
      classifier_(std::move(classifier)),
      marks_(kMarks),
      accounts_(with_numbers(std::move(absent))),
      groups_(decisive_of_groups(options)) {
  if (options_.login_attribute.empty()) options_.login_attribute = "uid";
  account_filter_ = classifier_.account_filter();
  group_filter_ = classifier_.group_filter();
  policy_filter_ = policies;
  query_ = classifier_.query(attributes_of(options_, std::move(own)), std::string(policies) + std::string(kSudoRoles));
  base_query_ = {"(objectClass=*)", {"objectClass", "entryUUID"}};
}

Seen StandardProfile::decode(const Entry& entry, TableBuilder& builder) {
  Fields fields(entry, builder);
  const bool account = classifier_.is_account(entry) && !is_only_policy(entry);
  const bool group = classifier_.is_group(entry);
  if (entry.has("entryUUID") || entry.has("createTimestamp")) saw_operational();
  if (account && group) {
    builder.reject(entry, "objectClass", "",
                   "both an account and a group: read as an account, its members are not followed", true);
  }
  if (account) {
    decode_policy(fields);
    return decode_account(fields);
  }
  if (group) return decode_group(fields);
  return decode_other(fields);
}

Seen StandardProfile::decode_other(Fields& fields) {
  const Entry& entry = fields.entry();
  TableBuilder& builder = fields.builder();
  builder.add_other(entry.dn());
  if (sudo_.read(entry, live_) || decode_policy(fields) == Seen::policy) return Seen::policy;
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

base::TextId StandardProfile::uuid(Fields& fields, std::string_view attribute) {
  const auto value = fields.entry().first(attribute);
  if (!value) return base::TextId(0);
  if (const auto id = uuid_text(*value)) return fields.builder().text().add(*id);
  fields.reject(attribute, *value, "a UUID");
  return base::TextId(0);
}

Seen StandardProfile::decode_account(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const auto account = builder.add_account(fields.entry());
  if (!account) return Seen::refused;
  const std::uint32_t row = account->index();
  model::Accounts& accounts = builder.accounts();
  identity(fields, *account);
  accounts.created[row] = fields.time("createTimestamp");
  accounts.modified[row] = fields.time("modifyTimestamp");
  decode_access(fields, *account);
  further(fields, *account);
  posix_account(fields, *account);
  if (live_) accounts_.read(fields.entry(), row);
  return Seen::account;
}

void StandardProfile::identity(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  accounts.kind[row] = kind_of(fields.entry());
  accounts.native_id[row] = id_of(fields);
  accounts.login[row] = login_of(fields, accounts.kind[row]);
  accounts.display_name[row] = fields.text(fields.entry().has("displayName") ? "displayName" : "cn");
  accounts.mail[row] = fields.text(mail_attribute());
  accounts.employee_number[row] = fields.text(options_.employee_number_attribute);
  const auto uids = fields.entry().values("uid");
  for (std::size_t i = 0; i < uids.size(); ++i) {
    const bool is_login = i == 0 && equal_ignoring_case(options_.login_attribute, "uid");
    fields.builder().add_uid(account, is_login ? accounts.login[row] : fields.builder().text().intern(uids[i]));
  }
}

/// A password without a person or a Unix account is something that signs in by itself.
model::AccountKind StandardProfile::kind_of(const Entry& entry) const {
  if (has_class(entry, {"person", "organizationalPerson", "inetOrgPerson", "posixAccount"}))
    return model::AccountKind::user;
  if (has_class(entry, {"device", "ipHost"})) return model::AccountKind::computer;
  if (has_class(entry, {"simpleSecurityObject", "applicationProcess"})) return model::AccountKind::service;
  return model::AccountKind::user;
}

/// A service that signs in by its DN (organizationalRole with a password) has no uid: without a name it could be in no
/// register and fit no pattern.
base::TextId StandardProfile::login_of(Fields& fields, model::AccountKind kind) {
  const bool by_cn = kind == model::AccountKind::service && !fields.entry().has(options_.login_attribute);
  return fields.text(by_cn ? "cn" : options_.login_attribute);
}

void StandardProfile::further(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  marks_.read(fields, row, false);
  accounts.creator[row] = fields.shared_text("creatorsName");
  accounts.department[row] = fields.shared_text("departmentNumber");
  accounts.title[row] = fields.shared_text("title");
  accounts.employee_type[row] = fields.shared_text("employeeType");
  if (const auto manager = fields.entry().first("manager")) fields.builder().set_manager(account, *manager);
  if (const auto password = fields.entry().first("userPassword")) {
    accounts.password_scheme[row] = fields.builder().text().intern(password_scheme(*password));
  }
}

Seen StandardProfile::decode_group(Fields& fields) {
  TableBuilder& builder = fields.builder();
  const auto group = builder.add_group(fields.entry());
  if (!group) return Seen::refused;
  const std::uint32_t row = group->index();
  builder.groups().native_id[row] = id_of(fields);
  builder.groups().name[row] = fields.text("cn");
  builder.groups().created[row] = fields.time("createTimestamp");
  builder.groups().modified[row] = fields.time("modifyTimestamp");
  builder.groups().modified_by_members[row] = 1;  // members are values of the entry like any other
  for (const std::string_view owner : fields.entry().values("owner")) builder.add_owner(*group, owner);
  decode_members(fields, *group);
  posix_group(fields, *group);
  return Seen::group;
}

void StandardProfile::watch_members(Fields& fields, model::GroupId group) {
  if (live_ && fields.builder().expects_all()) groups_.read(fields.entry(), group.index());
}

void StandardProfile::decode_members(Fields& fields, model::GroupId group) {
  TableBuilder& builder = fields.builder();
  const Entry& entry = fields.entry();
  watch_members(fields, group);
  builder.add_members(group, entry, "member");
  for (std::string_view member : entry.values("uniqueMember")) builder.add_member(group, without_unique_id(member));
  for (std::string_view uid : entry.values("memberUid")) builder.add_member_uid(group, uid);
  if (entry.has("memberURL") || entry.has_value("objectClass", "groupOfURLs")) {
    builder.mark_members_unknown(group, "a dynamic group: its members are computed from memberURL by the server");
  }
}

std::vector<Absences> StandardProfile::absences(TableBuilder& builder) {
  if (!live_) return {};
  asked_ = true;
  const auto row_of = [&builder](NodeKind kind) {
    return [&builder, kind](std::string_view dn) -> std::optional<std::size_t> {
      const auto node = builder.find(dn);
      return node && node->kind == kind ? std::optional<std::size_t>(node->row) : std::nullopt;
    };
  };
  const auto account = [&builder](std::size_t row) {
    return std::string(builder.text().view(builder.accounts().dn[row]));
  };
  const auto group = [&builder](std::size_t row) { return std::string(builder.text().view(builder.groups().dn[row])); };
  return {
      {"accounts", true, account_filter(), &accounts_, row_of(NodeKind::account), account},
      {"groups", false, group_filter(), &groups_, row_of(NodeKind::group), group},
      {"sudo roles", false, std::string(kSudoRoles), &sudo_.unshown(),
       [this](std::string_view dn) { return sudo_.row_of(dn); }, [this](std::size_t row) { return sudo_.dn_of(row); }}};
}

void StandardProfile::doubt_hidden_members(TableBuilder& builder) const {
  for (std::size_t which = 0; asked_ && which < groups_.attributes().size(); ++which) {
    std::vector<model::GroupId> hidden;
    for (std::uint32_t row = 0; row < builder.groups().size(); ++row) {
      if (groups_.open(which, row)) hidden.emplace_back(row);
    }
    doubt_members(builder, groups_.attributes()[which], hidden);
  }
}

bool StandardProfile::doubt_accounts(TableBuilder& builder, std::size_t which) const {
  const std::uint64_t hidden = asked_ ? accounts_.open_entries(which) : 0;
  if (hidden == 0) return false;
  builder.harvest().source.coverage.lower(
      model::CoverageState::partial, model::Gap::Kind::missing_column,
      fmt::format("{} account{} not show {}, and {}", hidden, hidden == 1 ? " does" : "s do",
                  accounts_.attributes()[which], kMayBeHidden));
  return true;
}

/// By what others name the accounts, and what makes them root or puts them into a group.
void StandardProfile::doubt_numbers(TableBuilder& builder) const {
  const std::size_t first = accounts_.attributes().size() - kNumbers.size();
  for (std::size_t which = first; which < accounts_.attributes().size(); ++which) {
    if (!doubt_accounts(builder, which) || accounts_.attributes()[which] != kGroupNumber) continue;
    const base::TextId why = builder.text().intern(fmt::format("{} is not shown, and {}", kGroupNumber, kMayBeHidden));
    for (std::uint32_t row = 0; row < builder.accounts().size(); ++row) {
      if (accounts_.open(which, row)) builder.accounts().primary_group_basis[row] = why;
    }
  }
}

void StandardProfile::finish_entries(TableBuilder& builder) const {
  marks_.finish(builder);
  add_number_zero(builder.harvest());
  sudo_.finish(builder.harvest());
  doubt_hidden_members(builder);
  doubt_numbers(builder);
}

}  // namespace tally::directory
