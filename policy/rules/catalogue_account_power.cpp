// account.*: whose an account is, what was decided about it, and what it may do.
#include "policy/rules/catalogue_tables.h"

namespace tally::rules {
namespace {

constexpr std::string_view kOwner =
    "Unknown while HR was not seen completely and nobody fits, or when HR is not to be "
    "believed.";
constexpr std::string_view kMembers = "member, uniqueMember, memberUid, gidNumber";
constexpr std::string_view kMembersAndRoles = "member, uniqueMember, memberUid, gidNumber, nsRoleDN, nsRole";

constexpr FactInfo kAccountPowerFacts[] = {
    {"account.owner",
     kText,
     "\"person\", \"non-human\", \"built-in\", \"ambiguous\" or \"nobody\".",
     {kComputed, kComputed, kComputed},
     kOwner},
    {"account.owner_left",
     kBool,
     "The person it belongs to left: person.left.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner, and while several people fit and one of them left."},
    {"account.owner_confidence",
     kInt,
     "How sure the owner is, 0 to 100.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner."},
    {"account.primary",
     kBool,
     "The person's main account in this directory.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner."},
    {"account.persona",
     kText,
     "The kind of the persona that is configured for such accounts; else \"primary\", \"further\", \"non-human\", "
     "\"built-in\" or \"nobody\".",
     {kComputed, kComputed, kComputed},
     "Without a persona unknown as account.owner, and while several people fit."},
    {"account.registered", kBool, "It is in the register of non-human accounts.", {kComputed, kComputed, kComputed}},
    {"account.registered_owner",
     kText,
     "Employee number of who answers for it as the register writes it, whether HR knows them or not; empty when it "
     "names nobody.",
     {kComputed, kComputed, kComputed}},
    {"account.identifier_reused",
     kBool,
     "The account, its login or its mail address was another person's in an earlier run.",
     {kComputed, kComputed, kComputed},
     "Unknown without an earlier run, where that run did not see enough, while it is not known whose the account is, "
     "and when the other person has the same name."},
    {"account.second_main",
     kBool,
     "Another working account of the same person in this directory, and neither is a persona's or decorated "
     "(\"adm-\").",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner; no is unknown as person.accounts."},
    {"account.suggestions",
     kTexts,
     "Who looks like the owner of an account that is nobody's or ambiguous, most likely first, each with a figure from "
     "0 to 1.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner."},
    {"account.responsible",
     kText,
     "Employee number of who answers for a registered non-human account; empty when nobody does or HR does not know "
     "them.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner, while HR was not seen completely and did not show that number, and when several people "
     "have it."},
    {"account.responsible_left",
     kBool,
     "Who answers for a registered non-human account left: person.left of theirs. No when nobody answers for it.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.responsible, and when it is not known whether they left."},
    {"account.custodian_left_at",
     kTime,
     "When the last of those left who know the secret of a registered account: who answers for it, the custodians of "
     "the register, and the members of its custodian groups. Never: all of them are here, or the directory itself "
     "makes "
     "the secret (managed service accounts).",
     {kComputed, kComputed, kComputed},
     "Unknown while nobody is certain to have left and somebody may have: the register does not say who knows the "
     "secret, HR does not know a number of it or whether they left, a member of a group is nobody known, or a group's "
     "members may have changed since the password was set. Once somebody left, that only makes the moment imprecise."},
    {"account.exemption_ended",
     kTime,
     "When an exemption ended of what an active rule still finds about the account; of several the one that ended "
     "first. Never: there is none, or it was renewed. Rules that read such facts do not count themselves.",
     {kComputed, kComputed, kComputed},
     "Unknown when it cannot be told whether it is still found."},
    {"account.acknowledged",
     kTime,
     "When somebody acknowledged a finding about the account that an active rule still finds and that is not exempt; "
     "of "
     "several the one that waits longest. Never: there is none. Rules that read such facts do not count themselves.",
     {kComputed, kComputed, kComputed},
     "Unknown when it cannot be told whether it is still found."},
    {"account.manager_named", kBool, "The directory names a manager.", {"manager", "manager"}, kHidden},
    {"account.manager_left",
     kBool,
     "The manager that the directory names left. No when it names none.",
     {"manager", "manager"},
     "Unknown when the manager's entry was not seen or belongs to nobody known."},
    {"account.manager_agrees",
     kBool,
     "The manager that the directory names is the one that HR names, or neither names one.",
     {"manager", "manager", "manager_id"},
     "Unknown when the account belongs to no person, or the manager's entry was not seen or belongs to nobody "
     "known."},
    {"account.groups",
     kTexts,
     "Names of the groups it is directly in.",
     {"member, primaryGroupID", kMembers, "", kMembersAndRoles},
     kGroups},
    {"account.groups_seen",
     kTexts,
     "Names of those of them that were seen; there may be more.",
     {"member, primaryGroupID", kMembers, "", kMembersAndRoles}},
    {"account.has_groups",
     kBool,
     "Is directly in a group beside the domain's default ones (Domain Users, Guests and Computers; a primary group "
     "without privilege).",
     {"member, primaryGroupID", kMembers, "", kMembersAndRoles},
     "Yes is certain as soon as one was seen; no is unknown as account.groups."},
    {"account.groups_count",
     kInt,
     "How many such groups.",
     {"member, primaryGroupID", kMembers, "", kMembersAndRoles},
     kGroups},
    {"account.privileged",
     kBool,
     "In effect, through nesting and primary groups, in a group of tier 0 or 1.",
     {kComputed, kComputed},
     "No is certain only when the directory was seen completely."},
    {"account.privileged_tier",
     kInt,
     "0, 1, or 2 for no privilege.",
     {kComputed, kComputed},
     "Unknown when more cannot be ruled out."},
    {"account.privileged_by_primary_group",
     kBool,
     "The primary group leads to the privilege, be it the shortest way or not.",
     {"primaryGroupID", "gidNumber"},
     "Unknown when the primary group was not seen."},
    {"account.privileged_only_through_nesting",
     kBool,
     "In no group of the tier it reaches directly or as primary group, but in one through groups in groups.",
     {kComputed, kComputed},
     "Unknown as account.privileged, and when a direct membership may not have been seen."},
    {"account.privileged_through_circle",
     kBool,
     "On some way to the privilege lies a group that contains itself through others.",
     {kComputed, kComputed},
     "Yes is certain as soon as one was seen; no is unknown as account.privileged."},
    {"account.privileged_distance",
     kInt,
     "Memberships on the shortest way to the privilege: 1 is direct, 0 is no privilege.",
     {kComputed, kComputed},
     "Unknown when a shorter way cannot be ruled out."},
    {"account.controls_privileged",
     kBool,
     "Rights on the entries of privileged accounts or groups, of units above them, of group policies that apply to "
     "them, of sites, of certificate templates and authorities, of the domain, of AdminSDHolder, of a base or the "
     "configuration of an LDAP server, or sudo rules and user number 0, let it become more powerful than its groups "
     "make it, over however many accounts and groups in between. No for members of tier 0.",
     {"nTSecurityDescriptor gPLink", "olcAccess olcRootDN authzTo aci nsslapd-rootdn sudoRole uidNumber"},
     "Unknown where the access control list of a privileged entry, or an access rule, was not read or not understood, "
     "a holder of rights is nobody that was seen, or memberships were not; and in a generic directory. Yes is certain "
     "as soon as one way was seen."},
    {"account.may_replicate_secrets",
     kBool,
     "Rights on the head of a domain let it copy all its passwords: Replicating Directory Changes and the same All, "
     "each its own or a group's. No for members of tier 0.",
     {"nTSecurityDescriptor of the domain", ""},
     "Unknown as account.controls_privileged, by the head of the domain alone."},
    {"account.effective_groups",
     kTexts,
     "Names of all groups it is in, directly, as primary group, or through groups in groups, in whichever directory; "
     "without populations that nobody lists.",
     {kComputed, kComputed},
     "Unknown when one may not have been seen."},
    {"account.entitlements",
     kTexts,
     "Names of the classes of entitlements (packs define them) whose groups it is in in effect, in whichever "
     "directory.",
     {kComputed, kComputed},
     "Unknown when there may be more."},
    {"account.entitlements_at_least",
     kTexts,
     "Those of them that are certain; what is not in it may be held all the same.",
     {kComputed, kComputed}},
    {"account.domain_controller",
     kBool,
     "A computer whose primary group is Domain Controllers or Read-only Domain Controllers (RID 516, 521).",
     {"primaryGroupID, objectClass", ""},
     "Unknown when the primary group was not seen."},
};

}  // namespace

std::span<const FactInfo> account_power_facts() { return kAccountPowerFacts; }

}  // namespace tally::rules
