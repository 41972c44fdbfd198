#include "connectors/directory/person_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/directory/ds389.h"
#include "connectors/directory/filter.h"
#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

/// Attributes of OpenLDAP that compare without case (RFC 4519, RFC 4524, RFC 2798). AD compares all text so.
constexpr std::array<std::string_view, 7> kWithoutCase = {"uid", "cn", "sn", "mail", "o", "givenName", "displayName"};

bool is_plain(char c) { return c > ' ' && c < 0x7F && c != '*' && c != '(' && c != ')' && c != '\\'; }

std::string escaped_byte(char c) { return fmt::format("\\{:02x}", static_cast<unsigned char>(c)); }

/// The key with a star for whatever a server may compare otherwise than fold(): letters beyond ASCII, and "ss", which
/// is how "ß" folds.
std::string pattern(std::string_view key) {
  std::string out;
  const auto star = [&] {
    if (!out.ends_with('*')) out += '*';
  };
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool double_s = key.substr(i, 2) == "ss";
    if (static_cast<unsigned char>(key[i]) >= 0x80 || double_s) {
      star();
      i += double_s ? 1 : 0;
    } else {
      out += is_plain(key[i]) ? std::string(1, key[i]) : escaped_byte(key[i]);
    }
  }
  return out;
}

/// What correlation trims from the ends (policy/correlation/fold.h), escaped.
constexpr std::array<std::string_view, 6> kBlanks = {"\\20", "\\09", "\\0a", "\\0b", "\\0c", "\\0d"};

/// Equal, or with any run of blanks at either end: OpenLDAP ignores blanks at the ends anyway, AD does not.
std::string with_blanks(std::string_view attribute, std::string_view value) {
  std::string out = fmt::format("({}={})", attribute, value);
  std::string_view inner = value;  // between stars of our own: "**" is no filter
  if (inner.starts_with('*')) inner.remove_prefix(1);
  if (inner.ends_with('*')) inner.remove_suffix(1);
  for (const std::string_view blank : kBlanks) {
    out += fmt::format("({0}={1}{2}*)", attribute, value, blank);
    out += inner.empty() ? fmt::format("({0}={1}*)", attribute, blank)
                         : fmt::format("({0}={1}*{2}*)", attribute, blank, inner);
  }
  return out;
}

/// The bytes of an 8-4-4-4-12 GUID as AD stores them (MS-DTYP 2.3.4.2: the first three fields little-endian), escaped.
std::string escaped_guid(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '-'; });
  if (digits.size() != 32) return {};
  constexpr std::array<std::size_t, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::string out;
  for (const std::size_t at : kOrder) out += "\\" + digits.substr(at * 2, 2);
  return out;
}

bool is_member_attribute(std::string_view name) {
  return equal_ignoring_case(name, "member") || equal_ignoring_case(name, "uniqueMember") ||
         equal_ignoring_case(name, "memberUid");
}

}  // namespace

std::string escaped_value(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += is_plain(c) ? std::string(1, c) : escaped_byte(c);
  return out;
}

PersonQueries::PersonQueries(const ProfileOptions& options, const Profile& profile)
    : options_(options), profile_(profile), login_attribute_(options.login_attribute) {
  if (login_attribute_.empty()) login_attribute_ = active_directory() ? "sAMAccountName" : "uid";
  std::vector<std::string> needed;
  if (const auto filter = Filter::parse(profile.group_filter())) needed = filter->attributes();
  for (const std::string& name : profile.query().attributes) {
    const bool filtered_by = std::any_of(needed.begin(), needed.end(),
                                         [&](const std::string& other) { return equal_ignoring_case(name, other); });
    if (!is_member_attribute(name) || filtered_by) group_attributes_.push_back(name);
  }
}

Query PersonQueries::account_query(const std::string& which) const {
  return {fmt::format("(&{}{})", profile_.account_filter(), which), profile_.query().attributes};
}

Query PersonQueries::group_query(const std::string& which) const {
  return {fmt::format("(&{}{})", profile_.group_filter(), which), group_attributes_};
}

/// The attribute is the key, blanks at the ends aside.
std::string PersonQueries::named(std::string_view attribute, std::string_view key) const {
  const bool folds =
      active_directory() || std::any_of(kWithoutCase.begin(), kWithoutCase.end(),
                                        [&](std::string_view known) { return equal_ignoring_case(known, attribute); });
  return folds ? with_blanks(attribute, pattern(key)) : fmt::format("({}=*)", attribute);
}

Query PersonQueries::accounts(const model::PersonKeys& keys) const {
  std::string any;
  if (!keys.employee_number.empty())
    any += with_blanks(options_.employee_number_attribute, escaped_value(keys.employee_number));
  for (const std::string& mail : keys.mails) {
    // OpenLDAP's mail is ASCII (RFC 4524 §2.16), so "ss" stands for itself.
    any += with_blanks(options_.dialect == Dialect::generic ? options_.generic.mail : "mail",
                       active_directory() ? pattern(mail) : escaped_value(mail));
  }
  for (const std::string& login : keys.logins) {
    any += named(login_attribute_, login);
    // OpenLDAP services without a login attribute go by their cn (openldap.cpp, identity).
    if (!active_directory()) any += named("cn", login);
  }
  for (const std::string& name : keys.principals) {
    if (!active_directory()) continue;
    any += named("userPrincipalName", name) + fmt::format("(userPrincipalName={}@*)", pattern(name));
  }
  Query out = account_query(fmt::format("(|{})", any));
  if (!profile_.policy_filter().empty()) out.filter = fmt::format("(|{}{})", out.filter, profile_.policy_filter());
  return out;
}

Query PersonQueries::account_of_id(std::string_view native_id) const {
  const std::string value = escaped_value(native_id);
  switch (options_.dialect) {
    case Dialect::active_directory: return account_query(fmt::format("(objectGUID={})", escaped_guid(native_id)));
    case Dialect::openldap: return account_query(fmt::format("(entryUUID={})", value));
    case Dialect::generic: return account_query(fmt::format("({}={})", options_.generic.id, value));
    case Dialect::ds389: break;
  }
  const std::string own = unique_id_value(native_id);
  return account_query(own.empty() ? fmt::format("(|(entryUUID={0})(ipaUniqueID={0}))", value)
                                   : fmt::format("(|(nsUniqueId={1})(entryUUID={0})(ipaUniqueID={0}))", value, own));
}

Query PersonQueries::account_itself() const { return account_query("(objectClass=*)"); }

Query PersonQueries::groups_with(std::string_view dn, const std::vector<std::string>& uids) const {
  const std::string value = escaped_value(dn);
  if (active_directory()) return group_query(fmt::format("(member={})", value));
  std::string any;
  const bool generic = options_.dialect == Dialect::generic;
  for (const std::string& name : generic ? options_.generic.members : GenericAttributes().members) {
    if (!equal_ignoring_case(name, "memberUid")) any += fmt::format("({}={})", name, value);
    if (!generic && !equal_ignoring_case(name, "memberUid")) continue;
    for (const std::string& uid : uids) any += fmt::format("({}={})", name, escaped_value(uid));
  }
  return group_query(fmt::format("(|{})", any));
}

Query PersonQueries::primary_group_of(const Entry& account) const {
  if (!active_directory()) {
    const auto gid = account.first("gidNumber");
    return gid ? group_query(fmt::format("(gidNumber={})", escaped_value(*gid))) : Query{};
  }
  const auto rid = account.first("primaryGroupID");
  const auto sid = account.first("objectSid") ? sid_from(*account.first("objectSid")) : std::nullopt;
  const auto parts = sid ? split_sid(*sid) : std::nullopt;
  if (!rid || !parts) return {};
  const std::string bytes = sid_bytes(fmt::format("{}-{}", parts->domain, *rid));
  if (bytes.empty()) return {};
  std::string value;
  for (const char c : bytes) value += escaped_byte(c);
  return group_query(fmt::format("(objectSid={})", value));
}

Query PersonQueries::computed_groups() const {
  if (active_directory()) return {};
  // Who has a role, the account's entry and the role's definition say together (ds389_roles.h).
  const std::string_view roles = options_.dialect == Dialect::ds389 ? "(objectClass=nsRoleDefinition)" : "";
  return group_query(fmt::format("(|(objectClass=groupOfURLs)(memberURL=*){})", roles));
}

}  // namespace tally::directory
