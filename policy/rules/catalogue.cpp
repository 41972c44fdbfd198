#include "policy/rules/catalogue.h"

#include <algorithm>
#include <array>

#include "policy/base/assert.h"

namespace tally::rules {
namespace {

constexpr cel::Type kBool = cel::Type::boolean();
constexpr cel::Type kInt = cel::Type::integer();
constexpr cel::Type kText = cel::Type::string();
constexpr cel::Type kTime = cel::Type::timestamp();
constexpr cel::Type kTexts = cel::Type::list_of(cel::Kind::string);

constexpr std::array kCatalogue{
    FactInfo{"now", kTime, "The moment the verdict is about."},

    FactInfo{"account.login", kText, "The login name: uid or sAMAccountName."},
    FactInfo{"account.dn", kText, "The distinguished name."},
    FactInfo{"account.name", kText, "The display name; empty when there is none."},
    FactInfo{"account.mail", kText, "The mail address; empty when there is none."},
    FactInfo{"account.sid", kText, "The security identifier (Active Directory); empty elsewhere."},
    FactInfo{"account.kind", kText,
             "\"user\", \"service\", \"managed service\", \"computer\" or \"trust\", by the object class."},
    FactInfo{"account.source", kText, "The name of the directory."},
    FactInfo{"account.enabled", kBool, "The administrator's switch. Neither a lockout nor an expiry date changes it."},
    FactInfo{"account.expired", kBool, "The expiry date is over. Unknown when that date is."},
    FactInfo{"account.usable", kBool, "Enabled and not expired."},
    FactInfo{"account.locked", kBool,
             "Locked out for a while after wrong passwords. Does not keep anybody out for good."},
    FactInfo{"account.expires", kTime, "From this moment the account does not let anybody in; never: no expiry date."},
    FactInfo{"account.last_sign_in", kTime, "The last sign-in, as exactly as the directory tells; never: never used."},
    FactInfo{"account.password_changed", kTime, "When the password was last set."},
    FactInfo{"account.created", kTime, "When the entry was made."},
    FactInfo{"account.password_not_required", kBool, "May have an empty password (userAccountControl 0x20)."},
    FactInfo{"account.preauth_not_required", kBool, "Kerberos answers without a proof of the password (0x400000)."},
    FactInfo{"account.des_keys_only", kBool, "Only DES keys (0x200000)."},
    FactInfo{"account.reversible_password", kBool, "The password is kept so that it can be read back (0x80)."},
    FactInfo{"account.password_never_expires", kBool, "The password never expires (0x10000)."},
    FactInfo{"account.smartcard_required", kBool, "A smart card is needed to sign in (0x40000)."},
    FactInfo{"account.trusted_for_delegation", kBool, "May act as anybody who comes to it (0x80000)."},
    FactInfo{"account.trusted_to_delegate", kBool, "May act as anybody towards some services (0x1000000)."},
    FactInfo{"account.not_delegated", kBool, "Nobody may act as this account (0x100000)."},
    FactInfo{"account.must_change_password", kBool, "The password has to be changed at the next sign-in."},
    FactInfo{"account.has_service_principal", kBool, "A servicePrincipalName is set."},
    FactInfo{"account.owner", kText,
             "\"person\", \"non-human\", \"built-in\", \"ambiguous\" or \"nobody\". Unknown while HR was not seen "
             "completely and nobody fits, or when HR is not to be believed."},
    FactInfo{"account.owner_left", kBool,
             "The person it belongs to left: person.left. Unknown as account.owner, and while several people fit and "
             "one of them left."},
    FactInfo{"account.owner_confidence", kInt, "How sure the owner is, 0 to 100. Unknown as account.owner."},
    FactInfo{"account.primary", kBool, "The person's main account in this directory. Unknown as account.owner."},
    FactInfo{"account.groups", kTexts,
             "Names of the groups it is directly in. Unknown when the directory did not show all of its groups."},
    FactInfo{"account.has_groups", kBool,
             "Is directly in a group beside the domain's default ones (Domain Users, Guests and Computers; a primary "
             "group without privilege). Yes is certain as soon as one was seen."},
    FactInfo{"account.groups_count", kInt,
             "How many such groups. Unknown when the directory did not show all of its groups."},
    FactInfo{"account.privileged", kBool,
             "In effect, through nesting and primary groups, in a group of tier 0 or 1. No is certain only when the "
             "directory was seen completely."},
    FactInfo{"account.privileged_tier", kInt, "0, 1, or 2 for no privilege. Unknown when more cannot be ruled out."},
    FactInfo{"account.privileged_by_primary_group", kBool,
             "The primary group leads to the privilege, be it the shortest way or not."},
    FactInfo{"account.privileged_only_through_nesting", kBool,
             "In no group of the tier it reaches directly or as primary group, but in one through groups in groups. "
             "Unknown as account.privileged, and when a direct membership may not have been seen."},
    FactInfo{"account.privileged_through_circle", kBool,
             "On some way to the privilege lies a group that contains itself through others. Yes is certain as soon as "
             "one was seen."},
    FactInfo{"account.privileged_distance", kInt,
             "Memberships on the shortest way to the privilege: 1 is direct, 0 is no privilege. Unknown when a shorter "
             "way cannot be ruled out."},
    FactInfo{"account.effective_groups", kTexts,
             "Names of all groups it is in, directly, as primary group, or through groups in groups, in whichever "
             "directory; without populations that nobody lists. Unknown when one may not have been seen."},
    FactInfo{"account.entitlements", kTexts,
             "Names of the classes of entitlements (packs define them) whose groups it is in in effect, in whichever "
             "directory. Unknown when there may be more."},
    FactInfo{"account.entitlements_at_least", kTexts,
             "Those of them that are certain; what is not in it may be held all the same."},
    FactInfo{"account.domain_controller", kBool,
             "A computer whose primary group is Domain Controllers or Read-only Domain Controllers (RID 516, 521)."},

    FactInfo{"person.employee_id", kText, "The employee number, as HR writes it."},
    FactInfo{"person.name", kText, "The display name, else given and family name."},
    FactInfo{"person.mail", kText, "The mail address in HR; empty when there is none."},
    FactInfo{"person.status", kText, "\"pre-hire\", \"active\", \"on leave\", \"suspended\" or \"left\"."},
    FactInfo{"person.first_day", kTime, "The first instant of the first day; never: HR gives none."},
    FactInfo{"person.last_day", kTime, "The first instant after the last day; never: open-ended."},
    FactInfo{
        "person.left", kBool,
        "HR says left, or the last day is over. Unknown when HR contradicts itself: left, with a last day to come."},
    FactInfo{"person.left_at", kTime,
             "When they left; never: they did not. Without a last day: some time before HR was read."},
    FactInfo{"person.department", kText, "The department; empty when HR gives none."},
    FactInfo{"person.title", kText, "The job title; empty when HR gives none."},
    FactInfo{"person.manager", kText, "The employee number of the manager; empty when HR gives none."},
    FactInfo{"person.employment_type", kText, "Employee, contractor … in HR's words; empty when HR gives none."},
    FactInfo{"person.location", kText, "The place of work; empty when HR gives none."},
    FactInfo{"person.entitlements", kTexts,
             "Names of the classes of entitlements held in effect over all accounts of the person, in all directories. "
             "Unknown when there may be more, or another account that may be theirs."},
    FactInfo{"person.entitlements_at_least", kTexts,
             "Those of them that are certain; what is not in it may be held all the same."},

    FactInfo{"source.name", kText, "The name in the configuration."},
    FactInfo{"source.kind", kText, "\"hr\" or \"directory\"."},
    FactInfo{"source.connector", kText, "\"csv\", \"openldap\", \"active-directory\", \"ldif/openldap\" …"},
    FactInfo{"source.coverage", kText, "\"complete\", \"partial\", \"doubtful\" or \"failed\"."},
    FactInfo{
        "source.gaps", kTexts,
        "Why it is not complete, as words: \"size-limit\", \"hidden\", \"envelope\", \"truncated\", \"unreachable\" …"},
    FactInfo{"source.missing", kText, "The same in sentences; \"complete\" when nothing is missing."},
    FactInfo{"source.quarantined", kBool,
             "What was read is not believed, or nothing could be read. An earlier feed may be in force instead."},
    FactInfo{"source.in_force_since", kTime,
             "When the records were read that stand in for a quarantined feed; never: its own are in force."},
    FactInfo{"source.records", kInt, "Rows read of an HR feed, accounts of a directory."},
    FactInfo{"source.records_last_good", kInt, "The same in the last run that saw it completely. Unknown before."},
    FactInfo{"source.rejects", kInt, "Records and fields that could not be used."},
    FactInfo{"source.count_mismatch", kBool, "Two independent counts differ. Unknown when there was no second count."},
};

}  // namespace

std::span<const FactInfo> catalogue() { return kCatalogue; }

const FactInfo* find_fact(std::string_view name) {
  const auto* found =
      std::find_if(kCatalogue.begin(), kCatalogue.end(), [&](const FactInfo& f) { return f.name == name; });
  return found == kCatalogue.end() ? nullptr : found;
}

bool usable_in(const FactInfo& fact, model::SubjectKind about) {
  if (fact.name == "now" || fact.name.starts_with("source.")) return true;
  if (fact.name.starts_with("person.")) return about != model::SubjectKind::source;
  return about == model::SubjectKind::account;
}

std::vector<std::string_view> facts_for(model::SubjectKind about) {
  std::vector<std::string_view> names;
  for (const FactInfo& fact : kCatalogue) {
    if (usable_in(fact, about)) names.push_back(fact.name);
  }
  return names;
}

cel::Environment environment_for(model::SubjectKind about, const std::map<std::string, cel::Value>& parameters) {
  cel::Environment names;
  for (const std::string_view name : facts_for(about)) names.declare_fact(std::string(name), find_fact(name)->type);
  for (const auto& [name, value] : parameters) names.declare_constant("params." + name, value);
  return names;
}

}  // namespace tally::rules
