#include "daemon/report/sentence.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "daemon/report/words.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

/// What the findings of some rules say together, counted by person where `people` is set, else by subject.
struct Phrase {
  std::string_view name;
  std::array<std::string_view, 2> rules;
  bool people;
  std::string_view one, many;
};

constexpr std::array kPhrases = {
    Phrase{"leavers", {"LVR-001", "LVR-005"}, true, "leaver can still sign in", "leavers can still sign in"},
    Phrase{"used",
           {"LVR-002", ""},
           false,
           "account shows activity after its owner left",
           "accounts show activity after their owners left"},
    Phrase{"kept", {"LVR-003", ""}, true, "leaver still has group memberships", "leavers still have group memberships"},
    Phrase{"orphans", {"ORP-001", ""}, false, "account belongs to nobody", "accounts belong to nobody"},
    Phrase{"ambiguous",
           {"ORP-002", ""},
           false,
           "account cannot be matched to one person for certain",
           "accounts cannot be matched to one person for certain"},
    Phrase{"power",
           {"PRV-001", ""},
           false,
           "account has more power than it should",
           "accounts have more power than they should"},
    Phrase{"hidden",
           {"PRV-003", ""},
           false,
           "account has power through its primary group",
           "accounts have power through their primary group"},
    Phrase{"early",
           {"JNR-001", ""},
           false,
           "account works before its owner's first day",
           "accounts work before their owners' first day"},
    Phrase{"unused",
           {"DOR-001", ""},
           false,
           "account has not been used for a long time",
           "accounts have not been used for a long time"},
    Phrase{
        "weak", {"CRD-001", ""}, false, "account has weak password settings", "accounts have weak password settings"},
    Phrase{"data",
           {"DQ-001", "DQ-005"},
           false,
           "source is incomplete or not believable",
           "sources are incomplete or not believable"},
};

/// More clauses than this and the sentence is no longer plain: the rest is counted as "other findings".
constexpr std::size_t kMaxFindingClauses = 3;

struct Gathered {
  const Phrase* phrase = nullptr;
  model::Severity worst = model::Severity::low;
  std::set<std::string> subjects;
  std::uint64_t findings = 0;
};

const Phrase* phrase_of(std::string_view rule) {
  if (rule.empty()) return nullptr;
  for (const Phrase& phrase : kPhrases) {
    if (phrase.rules[0] == rule || phrase.rules[1] == rule) return &phrase;
  }
  return nullptr;
}

std::string counted_as(const Phrase& phrase, const model::Subject& subject) {
  if (!phrase.people || subject.person.empty()) return subject.key;
  return subject.person + std::string(1, '\0') + subject.person_name;
}

/// Findings about the data come last: what could not be seen is said again at the end of the sentence.
int rank(const Gathered& group) { return group.phrase->name == "data" ? -1 : static_cast<int>(group.worst); }

/// Sorted by the worst severity, then in the order of kPhrases.
std::vector<Gathered> gather(const model::RunReport& report, std::uint64_t& others, std::uint64_t& not_rechecked) {
  std::vector<Gathered> groups(kPhrases.size());
  for (const model::FindingRecord& record : report.open) {
    const model::Finding& finding = record.finding;
    const Phrase* phrase = phrase_of(finding.rule);
    if (record.standing == model::Standing::not_rechecked) {
      ++not_rechecked;
    } else if (phrase == nullptr) {
      ++others;
    } else {
      Gathered& group = groups[static_cast<std::size_t>(phrase - kPhrases.data())];
      group.phrase = phrase;
      group.worst = std::max(group.worst, finding.severity);
      group.subjects.insert(counted_as(*phrase, finding.subject));
      ++group.findings;
    }
  }
  std::erase_if(groups, [](const Gathered& group) { return group.phrase == nullptr; });
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Gathered& a, const Gathered& b) { return rank(a) > rank(b); });
  return groups;
}

std::vector<std::string> finding_clauses(const model::RunReport& report) {
  std::uint64_t others = 0, not_rechecked = 0;
  std::vector<std::string> out;
  for (const Gathered& group : gather(report, others, not_rechecked)) {
    if (out.size() < kMaxFindingClauses) {
      out.push_back(counted(group.subjects.size(), group.phrase->one, group.phrase->many));
    } else {
      others += group.findings;
    }
  }
  if (others > 0) {
    out.push_back(out.empty() ? counted(others, "finding is open", "findings are open")
                              : counted(others, "other finding is open", "other findings are open"));
  }
  if (not_rechecked > 0) {
    out.push_back(counted(not_rechecked, "earlier finding", "earlier findings") + " could not be checked again");
  }
  return out;
}

/// "the source hr could not be read" or "2 sources could not be read"; nothing for none.
void add_sources(const std::set<std::string>& names, std::string_view one, std::string_view many,
                 std::vector<std::string>& out) {
  if (names.size() == 1) out.push_back("the source " + *names.begin() + " " + std::string(one));
  if (names.size() > 1) out.push_back(grouped(names.size()) + " sources " + std::string(many));
}

std::vector<std::string> unseen_clauses(const std::vector<Unseen>& all) {
  std::map<Unseen::Kind, std::set<std::string>> names;
  std::vector<std::string> checks, rest;
  for (const Unseen& one : all) {
    names[one.kind].insert(one.where);
    if (one.kind == Unseen::Kind::unanswered) {
      checks.push_back(counted(one.count, "check", "checks") + " could not be answered");
    } else if (one.kind == Unseen::Kind::unlisted) {
      rest.push_back(counted(one.count, "finding is", "findings are") + " counted but not listed here");
    } else if (one.kind == Unseen::Kind::run) {
      rest.push_back(one.what);
    }
  }
  std::vector<std::string> out = std::move(checks);
  add_sources(names[Unseen::Kind::failed], "could not be read", "could not be read", out);
  add_sources(names[Unseen::Kind::doubtful], "is not believable", "are not believable", out);
  add_sources(names[Unseen::Kind::partial], "was not fully seen", "were not fully seen", out);
  add_sources(names[Unseen::Kind::values], "has values that could not be used", "have values that could not be used",
              out);
  if (!names[Unseen::Kind::population].empty()) {
    out.push_back("the counts of " + *names[Unseen::Kind::population].begin() +
                  (names[Unseen::Kind::population].size() > 1 ? " and others" : "") + " do not add up");
  }
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::string joined(const std::vector<std::string>& clauses, std::string_view separator, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    if (i > 0) out += i + 1 == clauses.size() ? last : separator;
    out += clauses[i];
  }
  return out;
}

std::string as_sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text + ".";
}

}  // namespace

std::string plain_sentence(const model::RunReport& report) {
  std::vector<std::string> found = finding_clauses(report);
  const std::vector<std::string> missing = unseen_clauses(unseen(report));
  // Exempt is known and accepted, not gone: no sentence leaves it out.
  const std::uint64_t exempt = report.exempt.size();
  const std::string accepted = exempt == 0 ? "" : "; " + counted(exempt, "finding is exempt", "findings are exempt");
  const std::string nothing = exempt == 0 ? "Nothing was found" : "Nothing is open";
  if (found.empty() && missing.empty()) return nothing + ", and everything was seen" + accepted + ".";
  if (found.empty()) return nothing + " in what could be seen, but " + joined(missing, ", ", " and ") + accepted + ".";
  found.insert(found.end(), missing.begin(), missing.end());
  return as_sentence(joined(found, "; ", "; ") + accepted);
}

}  // namespace tally::report
