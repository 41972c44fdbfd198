// person.*: what a rule may ask about a person.
#include "policy/rules/catalogue_tables.h"

namespace tally::rules {
namespace {

constexpr std::string_view kDay =
    "Without a time zone some 26 hours wide. Unknown when no column is mapped or the cell "
    "cannot be read, and of people who had not left in an earlier feed that stands in for today's.";
constexpr std::string_view kOptional =
    "Unknown when no column is mapped, and of people who had not left in an earlier feed that stands in for today's.";
constexpr std::string_view kAccounts =
    "Unknown while a directory was not seen completely, or an account may be theirs.";

constexpr FactOrigin hr(std::string_view column) { return {"", "", column}; }

constexpr FactInfo kPersonFacts[] = {
    {"person.employee_id", kText, "The employee number, as HR writes it.", hr("employee_id")},
    {"person.name", kText, "The display name, else given and family name.",
     hr("display_name, given_name, family_name")},
    {"person.mail", kText, "The mail address in HR; empty when there is none.", hr("mail"), kOptional},
    {"person.status", kText, "\"pre-hire\", \"active\", \"on leave\", \"suspended\" or \"left\".", hr("status"),
     "Unknown when the word is not among status_words."},
    {"person.last_working_day", kTime,
     "The first instant after the last day on which they work; never: HR gives none. The employment ends with "
     "last_day.",
     hr("last_working_day"), kDay},
    {"person.leaving_entered", kTime, "When HR entered that they leave, some time of that day; never: HR gives none.",
     hr("leaving_entered"), kDay},
    {"person.first_day", kTime, "The first instant of the first day; never: HR gives none.", hr("first_day"), kDay},
    {"person.last_day", kTime, "The first instant after the last day; never: open-ended.", hr("last_day"), kDay},
    {"person.left", kBool, "HR says left, or the last day is over.", hr("status, last_day"),
     "Unknown when HR contradicts itself: left, with a last day to come."},
    {"person.left_at", kTime, "When they left; never: they did not.", hr("status, last_day"),
     "Imprecise without a last day: some time before HR was read."},
    {"person.renamed", kBool, "The same employee number and given name as in an earlier run, and another family name.",
     hr(kComputed), "Unknown without an earlier run, and where that run did not see all of HR."},
    {"person.identifier_reused", kBool,
     "The employee number, the mail address or the login in HR was somebody else's in an earlier run.", hr(kComputed),
     "Unknown without an earlier run, where that run did not see all of HR, and when the names are half the same."},
    {"person.rehired", kBool, "An earlier employment ended before this one began.",
     hr("previous_last_day, or two rows of one number whose periods follow each other"),
     "Unknown when no such column is mapped and HR has one row for them."},
    {"person.previous_last_day", kTime,
     "The first instant after the last day of the employment before; never: there was none.",
     hr("previous_last_day, or two rows of one number whose periods follow each other"), kDay},
    {"person.moved_at", kTime, "The first instant of the day of the last change of department or job; never: none.",
     hr("moved"), kDay},
    {"person.leave_from", kTime, "The first instant of a leave; never: none.", hr("leave_from"), kDay},
    {"person.leave_until", kTime, "The first instant after a leave; never: no end is known.", hr("leave_until"), kDay},
    {"person.training_valid_until", kTime,
     "The first instant after the last day on which the security training counts; never: none on record.",
     hr("training_valid_until"), kDay},
    {"person.screening_done", kTime, "When the background check was passed; never: none on record.",
     hr("screening_done"), kDay},
    {"person.nda_signed", kTime, "When the confidentiality agreement was signed; never: none on record.",
     hr("nda_signed"), kDay},
    {"person.department", kText, "The department; empty when HR gives none.", hr("department"), kOptional},
    {"person.title", kText, "The job title; empty when HR gives none.", hr("title"), kOptional},
    {"person.cost_center", kText, "The cost centre; empty when HR gives none.", hr("cost_center"), kOptional},
    {"person.employment_type", kText, "Employee, contractor … in HR's words; empty when HR gives none.",
     hr("employment_type"), kOptional},
    {"person.location", kText, "The place of work; empty when HR gives none.", hr("location"), kOptional},
    {"person.manager", kText, "The employee number of the manager; empty when HR gives none.", hr("manager_id"),
     kOptional},
    {"person.manager_known", kBool, "HR has a row for the manager it names. No when it names none.", hr("manager_id"),
     "Unknown when no column is mapped; no is unknown while HR was not seen completely."},
    {"person.manager_left", kBool, "The manager that HR names left. No when it names none.", hr("manager_id"),
     "Unknown when no column is mapped, the manager is not among the people, or their own state is unknown."},
    {"person.manager_cycle", kBool, "Following managers from here one comes back here.", hr("manager_id"),
     "Unknown when no column is mapped; no is unknown while HR was not seen completely."},
    {"person.sponsor", kText, "The employee number of who answers for a contractor or guest; empty when HR gives none.",
     hr("sponsor_id"), kOptional},
    {"person.sponsor_known", kBool, "HR has a row for the sponsor it names. No when it names none.", hr("sponsor_id"),
     "Unknown when no column is mapped; no is unknown while HR was not seen completely."},
    {"person.sponsor_left", kBool, "The sponsor that HR names left. No when it names none.", hr("sponsor_id"),
     "Unknown when no column is mapped, the sponsor is not among the people, or their own state is unknown."},
    {"person.peers", kInt,
     "How many people HR gives the same title and department, they themselves included; 0 for whoever left.",
     hr("title, department"),
     "Unknown while HR was not seen completely, when it gives no title, and while an earlier feed stands in."},
    {"person.contradicted", kBool,
     "HR has several rows of this number that disagree. All other facts of such a person "
     "are unknown.",
     hr("employee_id")},
    {"person.accounts",
     kInt,
     "How many accounts in all directories are theirs.",
     {kComputed, kComputed, kComputed},
     kAccounts},
    {"person.has_usable_account",
     kBool,
     "One of their accounts works.",
     {kComputed, kComputed, kComputed},
     "Yes is certain as soon as one was seen; no is unknown as person.accounts."},
    {"person.directories_disagree",
     kBool,
     "Their main account works in one directory and is disabled in another.",
     {kComputed, kComputed, kComputed},
     kAccounts},
    {"person.entitlements",
     kTexts,
     "Names of the classes of entitlements held in effect over all accounts of the person, in all directories.",
     {kComputed, kComputed, kComputed},
     "Unknown when there may be more, or another account that may be theirs."},
    {"person.entitlements_at_least",
     kTexts,
     "Those of them that are certain; what is not in it may be held all the same.",
     {kComputed, kComputed, kComputed}},
    {"person.groups",
     kTexts,
     "Names of all groups that their accounts are in, in all directories, through nesting too.",
     {kComputed, kComputed, kComputed},
     kAccounts},
    {"person.groups_seen",
     kTexts,
     "Names of those of them that were seen; there may be more.",
     {kComputed, kComputed, kComputed}},
};

}  // namespace

std::span<const FactInfo> person_facts() { return kPersonFacts; }

}  // namespace tally::rules
