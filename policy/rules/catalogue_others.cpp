// group.*, membership.*, source.*, run.*: what a rule may ask about what is no person and no account.
#include "policy/rules/catalogue_tables.h"

namespace tally::rules {
namespace {

constexpr std::string_view kMember = "member, primaryGroupID";
constexpr std::string_view kMembers = "member, uniqueMember, memberUid, gidNumber";
constexpr std::string_view kListed = "Unknown when the directory or this group's members were not seen completely.";
constexpr std::string_view kOwner = "Unknown when an owner is no account that was seen.";

constexpr FactInfo kGroupFacts[] = {
    {"group.name", kText, "The name.", {"sAMAccountName", "cn"}},
    {"group.dn", kText, "The distinguished name.", {"dn", "dn"}},
    {"group.sid", kText, "The security identifier; empty elsewhere than in Active Directory.", {"objectSid", ""}},
    {"group.source", kText, "The name of the directory."},
    {"group.tier",
     kInt,
     "What being in it means by itself: 0 control of the directory, 1 of servers and their data, 2 neither.",
     {"objectSid, privileged_groups", "privileged_groups"},
     "Unknown where a group of Active Directory shows no objectSid."},
    {"group.privileged",
     kBool,
     "Its members are in effect in a group of tier 0 or 1, or it is one itself.",
     {kComputed, kComputed},
     "No is certain only when the directory was seen completely."},
    {"group.members_count",
     kInt,
     "How many direct members: accounts, groups, and names that are neither.",
     {kMember, kMembers},
     kListed},
    {"group.has_members",
     kBool,
     "Somebody is directly in it.",
     {kMember, kMembers},
     "Yes is certain as soon as one was seen; no is unknown as group.members_count."},
    {"group.unresolved_members",
     kInt,
     "How many members are names of no entry that was seen.",
     {"member", "member, uniqueMember, memberUid"},
     kListed},
    {"group.circular",
     kBool,
     "It is in itself, over however many other groups.",
     {"member", "member, uniqueMember"},
     "Yes is certain; no is unknown as group.members_count."},
    {"group.created",
     kTime,
     "When the entry was made.",
     {"whenCreated", "createTimestamp"},
     "Unknown when not delivered."},
    {"group.modified",
     kTime,
     "When the entry last changed, in whatever way.",
     {"whenChanged", "modifyTimestamp"},
     "Unknown when not delivered."},
    {"group.mail_only",
     kBool,
     "A distribution list, which gives no access by itself.",
     {"groupType", ""},
     "Unknown elsewhere than in Active Directory."},
    {"group.conflict", kBool, "The entry that lost when two of one name were made at once (CNF:).", {"dn", ""}},
    {"group.gid_number", kInt, "The POSIX group number.", {"", "gidNumber"}, "Unknown when the group has none."},
    {"group.has_owner",
     kBool,
     "Somebody is named as its owner.",
     {"managedBy", "owner"},
     "No is unknown when the directory was not seen completely."},
    {"group.owners", kTexts, "Logins of its owners.", {"managedBy", "owner"}, kOwner},
    {"group.owner_left", kBool, "One of its owners left. No when there is none.", {"managedBy", "owner"}, kOwner},
    {"group.owner_is_member",
     kBool,
     "One of its owners is in it, nested or not.",
     {"managedBy, member", "owner, member"},
     "Unknown when an owner is no account that was seen, or not all members were."},
};

constexpr FactInfo kMembershipFacts[] = {
    {"membership.since",
     kTime,
     "Since when the account has been in the group.",
     {"whenCreated", "createTimestamp, modifyTimestamp"},
     "Imprecise: not before both entries were made; not after the group last changed (OpenLDAP), or after the "
     "directory was read."},
    {"membership.peer_share",
     kInt,
     "How many of person.peers, in percent rounded down, have an account in the group.",
     {kComputed, kComputed, kComputed},
     "Unknown as account.owner and person.peers, of accounts of nobody, and while not all members of all groups were "
     "seen."},
    {"membership.primary", kBool, "By the account's primary group.", {"primaryGroupID", "gidNumber"}},
};

constexpr FactInfo kSourceFacts[] = {
    {"source.name", kText, "The name in the configuration."},
    {"source.kind", kText, "\"hr\" or \"directory\"."},
    {"source.connector", kText, "\"csv\", \"openldap\", \"active-directory\", \"ldif/openldap\" …"},
    {"source.coverage", kText, "\"complete\", \"partial\", \"doubtful\" or \"failed\"."},
    {"source.gaps", kTexts,
     "Why it is not complete, as words: \"size-limit\", \"hidden\", \"envelope\", \"truncated\", \"stale\" …"},
    {"source.missing", kText, "The same in sentences; \"complete\" when nothing is missing."},
    {"source.records", kInt, "Rows read of an HR feed, accounts of a directory."},
    {"source.records_last_good",
     kInt,
     "The same in the last run that saw it completely.",
     {},
     "Unknown before there was one."},
    {"source.rejects", kInt, "Records and fields that could not be used."},
    {"source.count_mismatch", kBool, "Two independent counts differ.", {}, "Unknown when there was no second count."},
    {"source.quarantined", kBool,
     "What was read is not believed, or nothing could be read. An earlier feed may be in force instead."},
    {"source.in_force_since", kTime,
     "When the records were read that stand in for a quarantined feed; never: its own are in force."},
    {"source.produced",
     kTime,
     "When the data were produced: a file's last change, an export's own time, else the "
     "reading itself.",
     {},
     "Unknown when nothing was read."},
    {"source.unchanged_since",
     kTime,
     "When the same content was first read, if it has been the same in every run since; never: it is new.",
     {},
     "Unknown when nothing was read."},
    {"source.replayed",
     kBool,
     "The content is that of an earlier run, and another one came between.",
     {},
     "Unknown when nothing was read."},
    {"source.schema_changes",
     kTexts,
     "What is built otherwise than in the last run that saw it completely: \"delimiter\", \"columns\", "
     "\"leading zeros\" …",
     {},
     "Unknown before there was one."},
    {"source.clock_skew_seconds",
     kInt,
     "By how much the server's clock differs from ours, without sign.",
     {"currentTime of the root", ""},
     "Unknown where the server does not tell its time."},
    {"source.accounts_usable",
     kInt,
     "How many accounts of people work.",
     {},
     "Unknown when the directory was not seen completely, or the state of one is unknown."},
    {"source.privileged_accounts",
     kInt,
     "How many working accounts are privileged.",
     {},
     "Unknown when more cannot be ruled out."},
    {"source.privileged_accounts_seen", kInt, "How many working accounts certainly are; there may be more."},
};

constexpr FactInfo kRunFacts[] = {
    {"run.as_of", kTime, "The moment the verdict is about."},
    {"run.sources", kInt, "How many sources it was to read."},
    {"run.complete", kBool, "Every source was completely seen."},
    {"run.incomplete_sources", kTexts, "Names of those that were not."},
    {"run.people", kInt, "How many people were seen."},
    {"run.accounts", kInt, "How many accounts were seen."},
    {"run.groups", kInt, "How many groups were seen."},
    {"run.memberships", kInt, "How many direct memberships of accounts in groups were seen."},
    {"run.last_finished", kTime, "When the audit before ended; never: this is the first."},
    {"run.missed", kInt, "How many due times of the schedule since then were missed."},
    {"run.abandoned", kInt, "How many audits since then began and came to nothing."},
};

}  // namespace

std::span<const FactInfo> group_facts() { return kGroupFacts; }
std::span<const FactInfo> membership_facts() { return kMembershipFacts; }
std::span<const FactInfo> source_facts() { return kSourceFacts; }
std::span<const FactInfo> run_facts() { return kRunFacts; }

}  // namespace tally::rules
