#include "connectors/bloodhound/entry_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"
#include "policy/base/time.h"

namespace tally::bloodhound {
namespace {

using directory::equal_ignoring_case;
using model::AccountFlag;
using model::BoolFact;
using Kind = Property::Kind;

constexpr std::int64_t kSecondsFrom1601 = 11'644'473'600;  ///< to 1970 (MS-DTYP 2.3.3)

/// What is not passed on: names that mean something else here, what is set from elsewhere, and passwords.
constexpr std::array<std::string_view, 21> kNotAttributes = {"name",
                                                             "domain",
                                                             "domainsid",
                                                             "distinguishedname",
                                                             "objectid",
                                                             "objectclass",
                                                             "objectsid",
                                                             "objectguid",
                                                             "member",
                                                             "memberof",
                                                             "primarygroupid",
                                                             "lockoutduration",
                                                             "enabled",
                                                             "ntsecuritydescriptor",
                                                             "replpropertymetadata",
                                                             "userpassword",
                                                             "unixpassword",
                                                             "sfupassword",
                                                             "unicodepassword",
                                                             "allowedtodelegate",
                                                             "unicodepwd"};

/// kerberos encryption types as SharpHound names them (MS-KILE 2.2.7).
std::string encryption_types(const std::vector<std::string>& names) {
  int bits = 0;
  for (const std::string& name : names) {
    if (name == "DES-CBC-CRC") bits |= 1;
    if (name == "DES-CBC-MD5") bits |= 2;
    if (name == "RC4-HMAC-MD5") bits |= 4;
    if (name.starts_with("AES128-CTS-HMAC-SHA1-96")) bits |= 8;
    if (name.starts_with("AES256-CTS-HMAC-SHA1-96")) bits |= 16;
  }
  return std::to_string(bits);
}

std::optional<std::int64_t> whole_number(const Property& property) {
  std::int64_t out = 0;
  const char* end = property.text.data() + property.text.size();
  const auto [stop, error] = std::from_chars(property.text.data(), end, out);
  if (property.kind != Kind::number || error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

std::optional<bool> truth(const Property* property) {
  if (property == nullptr || property->kind != Kind::boolean) return std::nullopt;
  return property->text == "true";
}

/// Truth values of SharpHound that are bits of userAccountControl.
struct FlagName {
  std::string_view property;
  AccountFlag flag;
};
constexpr std::array<FlagName, 9> kFlags = {{{"sensitive", model::kNotDelegated},
                                             {"dontreqpreauth", model::kPreauthNotRequired},
                                             {"passwordnotreqd", model::kPasswordNotRequired},
                                             {"unconstraineddelegation", model::kTrustedForDelegation},
                                             {"pwdneverexpires", model::kPasswordNeverExpires},
                                             {"trustedtoauth", model::kTrustedToAuthForDelegation},
                                             {"smartcardrequired", model::kSmartcardRequired},
                                             {"encryptedtextpwdallowed", model::kReversiblePassword},
                                             {"usedeskeyonly", model::kDesKeysOnly}}};

void know(model::Accounts& accounts, std::uint32_t row, AccountFlag flag, bool set) {
  accounts.flags_known[row] |= flag;
  if (set) accounts.flags[row] |= flag;
}

/// Without useraccountcontrol: what the truth values say, each for itself.
void read_truth_values(const Object& object, model::Accounts& accounts, base::TextPool& text, std::uint32_t row) {
  const auto enabled = truth(object.find("enabled"));
  if (enabled && accounts.enabled[row].value == model::Truth::unknown)
    accounts.enabled[row] = BoolFact::known(*enabled, text.intern(*enabled ? "enabled=true" : "enabled=false"));
  for (const FlagName& one : kFlags) {
    if (const auto set = truth(object.find(one.property))) know(accounts, row, one.flag, *set);
  }
  if (enabled) accounts.flags_basis[row] = text.intern("the truth values of the collection");
}

}  // namespace

void EntryMaker::put(std::string_view attribute, std::string value) {
  values_.push_back(std::move(value));
  entry_.attribute(attribute);
  entry_.value(values_.back());
}

/// Nothing for -1: the attribute was absent. 0 is 0 as a FILETIME; as a date it is one that could not be understood.
void EntryMaker::put_epoch(std::string_view attribute, const Property& property, bool filetime) {
  const auto seconds = whole_number(property);
  if (!seconds) return put(attribute, property.text.empty() ? "?" : property.text);
  if (*seconds == -1 || (*seconds == 0 && !filetime)) return;
  if (*seconds == 0) return put(attribute, "0");
  if (*seconds < -kSecondsFrom1601 || *seconds > 253'402'300'799) return put(attribute, property.text);  // year 9999
  if (filetime) return put(attribute, std::to_string((*seconds + kSecondsFrom1601) * 10'000'000));
  std::string time = base::format_instant(base::Instant{std::chrono::seconds{*seconds}});
  std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  put(attribute, std::move(time));
}

void EntryMaker::property(const Property& one) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(one.name, name); };
  if (one.kind == Kind::null || one.kind == Kind::other || one.name.empty()) return;
  if (std::any_of(kNotAttributes.begin(), kNotAttributes.end(), is)) return;
  for (const std::string_view time : {"lastlogon", "lastlogontimestamp", "pwdlastset"}) {
    if (is(time)) return put_epoch(time, one, true);
  }
  if (is("whencreated") || (is("whenchanged") && one.kind == Kind::number)) return put_epoch(one.name, one, false);
  if (is("accountexpires") && one.text == "-1") return put(one.name, std::to_string(directory::kFiletimeNever));
  if (is("useraccountcontrol") && one.text == "0") return;  // could not be read
  if (is(options_.employee_number_attribute) && one.kind == Kind::number) {
    if (digits_ > 0 && whole_number(one).value_or(-1) >= 0)
      return put(one.name, fmt::format("{:0>{}}", one.text, digits_));
    ++numbers_cut_;
    return;
  }
  if (is("info") || is("comment")) other_texts_shown_ = true;
  if (is("email")) return put("mail", one.text);
  if (is("supportedencryptiontypes") && one.kind == Kind::list)
    return put("msDS-SupportedEncryptionTypes", encryption_types(one.list));
  if (is("admincount") && one.kind == Kind::boolean) return put(one.name, one.text == "true" ? "1" : "0");
  if (one.kind == Kind::boolean) return put(one.name, one.text == "true" ? "TRUE" : "FALSE");
  if (one.kind != Kind::list) return put(one.name, one.text);
  if (one.list.empty()) return;
  entry_.attribute(is("serviceprincipalnames") ? "servicePrincipalName" : std::string_view(one.name));
  for (const std::string& value : one.list) entry_.value(value);
}

void EntryMaker::account(const Object& object, ObjectClass of) {
  entry_.attribute("objectClass");
  entry_.value("user");
  if (of == ObjectClass::computer) entry_.value("computer");
  if (truth(object.find("gmsa")).value_or(false)) entry_.value("msDS-GroupManagedServiceAccount");
  if (truth(object.find("msa")).value_or(false)) entry_.value("msDS-ManagedServiceAccount");
  const std::string_view own = sid_in(object.id), primary = sid_in(object.primary_group);
  const auto account = directory::split_sid(own), group = directory::split_sid(primary);
  if (account && group && account->domain == group->domain) put("primaryGroupID", std::to_string(group->rid));
}

const directory::Entry& EntryMaker::entry_of(const Object& object, ObjectClass of) {
  values_.clear();
  const Property* dn = object.find("distinguishedname");
  entry_.start(dn == nullptr || dn->kind != Kind::text ? std::string_view() : dn->text, object.line);
  if (of == ObjectClass::group || of == ObjectClass::domain) {
    entry_.attribute("objectClass");
    entry_.value(of == ObjectClass::group ? "group" : "domainDNS");
  } else {
    account(object, of);
  }
  if (const std::string_view sid = sid_in(object.id); !sid.empty()) put("objectSid", std::string(sid));
  if (of != ObjectClass::domain) {
    for (const Property& one : object.properties) property(one);
  }
  entry_.merge();
  return entry_;
}

void EntryMaker::correct_account(const Object& object, directory::TableBuilder& builder, std::uint32_t row,
                                 bool computer) {
  model::Accounts& accounts = builder.accounts();
  base::TextPool& text = builder.text();
  accounts.native_id[row] = text.add(sid_in(object.id));  // objectGUID is in no collection
  const Property* control = object.find("useraccountcontrol");
  if (control == nullptr) read_truth_values(object, accounts, text, row);
  if (control != nullptr && control->text == "0") {
    const base::TextId why = text.intern("useraccountcontrol=0: the collector could not read it");
    if (accounts.enabled[row].value == model::Truth::unknown) accounts.enabled[row] = BoolFact::unknown(why);
    accounts.flags_basis[row] = why;
  }
  if (object.find("accountexpires") == nullptr) {
    if (object.find("lockouttime") == nullptr)
      accounts.locked[row] = BoolFact::unknown(text.intern("the collection has no lockoutTime"));
    accounts.expires[row] = model::TimeFact::unknown(
        text.intern("the collection has no accountExpires: SharpHound writes it with --CollectAllProperties alone"));
  }
  if (const Property* names = object.find("serviceprincipalnames"); names != nullptr && names->kind == Kind::list)
    know(accounts, row, model::kHasServicePrincipal, !names->list.empty());
  if (const auto admin = truth(object.find("admincount"))) know(accounts, row, model::kAdminCount, *admin);
  const Property* delegates = object.find("allowedtodelegate");
  // Told of those alone that may use any protocol; of others its absence says nothing.
  if (delegates != nullptr && delegates->kind == Kind::list && !delegates->list.empty())
    know(accounts, row, model::kDelegatesToServices, true);
  else if (truth(object.find("trustedtoauth")).value_or(false))
    know(accounts, row, model::kDelegatesToServices, false);
  if (computer && object.act_told) know(accounts, row, model::kResourceDelegation, object.may_act > 0);
  if (const Property* old = object.find("sidhistory"); old != nullptr && old->kind == Kind::list && old->list.empty())
    accounts.flags_known[row] |= model::kSidHistory | model::kSidHistoryPrivileged | model::kSidHistoryOwnDomain;
}

void EntryMaker::correct_group(const Object& object, directory::TableBuilder& builder, std::uint32_t row) {
  builder.groups().native_id[row] = builder.text().add(sid_in(object.id));
}

/// Two of the three texts that may hold a password are in a full collection alone: "no" is not known without them.
void EntryMaker::finish(directory::TableBuilder& builder) const {
  if (other_texts_shown_) return;
  model::Accounts& accounts = builder.accounts();
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    if ((accounts.flags[row] & model::kPasswordLikeText) == 0) accounts.flags_known[row] &= ~model::kPasswordLikeText;
  }
}

}  // namespace tally::bloodhound
