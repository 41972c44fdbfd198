// Reasons in words: for a group of subjects without anything personal, for one subject exactly.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "policy/evaluation/judge.h"

namespace tally::evaluation {
namespace {

/// "person.left is not known: no person is linked" explains nothing beside "account.owner is not known: …".
std::vector<cel::Reason> telling(const std::vector<cel::Reason>& reasons) {
  const bool owner = std::any_of(reasons.begin(), reasons.end(),
                                 [](const cel::Reason& reason) { return reason.fact.starts_with("account.owner"); });
  std::vector<cel::Reason> out;
  for (const cel::Reason& reason : reasons) {
    if (!owner || !reason.sentence.ends_with(FactTable::kNoPerson)) out.push_back(reason);
  }
  return out;
}

std::string listed(const std::vector<std::string>& facts) {
  std::string out;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    out += fmt::format("{}{}", i == 0 ? "" : i + 1 == facts.size() ? " and " : ", ", facts[i]);
  }
  return out;
}

/// "line 17, column Last Day: not a date" is another reason for every row of a feed; what is wrong is the same.
std::string_view without_line(std::string_view why) {
  constexpr std::string_view kLine = "line ";
  if (!why.starts_with(kLine)) return why;
  const std::size_t digits = why.find_first_not_of("0123456789", kLine.size());
  if (digits == kLine.size() || digits == std::string_view::npos || !why.substr(digits).starts_with(", ")) return why;
  return why.substr(digits + 2);
}

}  // namespace

std::string class_sentence(const std::vector<cel::Reason>& reasons) {
  std::map<std::string, std::vector<std::string>> facts_by_why;
  std::vector<std::string> others;
  for (const cel::Reason& reason : telling(reasons)) {
    const std::string lead = reason.fact + " is not known: ";
    if (reason.kind == cel::ReasonKind::missing && reason.sentence.starts_with(lead)) {
      facts_by_why[std::string(without_line(std::string_view(reason.sentence).substr(lead.size())))].push_back(
          reason.fact);
    } else if (reason.kind == cel::ReasonKind::imprecise) {
      others.push_back(reason.fact + " is known only between two bounds, and the rule's limit lies between them");
    } else {
      others.push_back(reason.sentence);
    }
  }
  std::string out;
  for (const auto& [why, facts] : facts_by_why) {
    out += fmt::format("{}{} {} not known: {}", out.empty() ? "" : "; ", listed(facts),
                       facts.size() == 1 ? "is" : "are", why);
  }
  others.erase(std::unique(others.begin(), others.end()), others.end());
  for (const std::string& other : others) out += (out.empty() ? "" : "; ") + other;
  return out;
}

std::vector<std::string> exact_sentences(const std::vector<cel::Reason>& reasons) {
  std::vector<std::string> out;
  for (const cel::Reason& reason : telling(reasons)) out.push_back(reason.sentence);
  return out;
}

}  // namespace tally::evaluation
