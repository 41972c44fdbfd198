#include "policy/evaluation/decision_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/exemptions.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::TimeFact;

constexpr std::string_view kExemptionEnded = ".exemption_ended", kAcknowledged = ".acknowledged";

bool reads_decisions(const rules::ActiveRule& rule) {
  return std::any_of(rule.facts.begin(), rule.facts.end(), [](const std::string& fact) {
    return fact.ends_with(kExemptionEnded) || fact.ends_with(kAcknowledged);
  });
}

}  // namespace

DecisionFacts::Moments DecisionFacts::ended() const {
  const ExemptionsInForce in_force(inputs_);
  Moments moments;
  for (const model::Exemption& one : inputs_.exemptions) {
    if (one.until > inputs_.snapshot.as_of || in_force.covers(one.rule, one.subject_key) != nullptr) continue;
    base::Instant& last = moments[one.rule].try_emplace(one.subject_key, one.until).first->second;
    last = std::max(last, one.until);
  }
  return moments;
}

DecisionFacts::Moments DecisionFacts::taken_on() const {
  const ExemptionsInForce in_force(inputs_);
  Moments moments;
  for (const model::AcknowledgedFinding& one : inputs_.acknowledged) {
    if (in_force.covers(one.rule, one.subject_key) == nullptr) moments[one.rule].emplace(one.subject_key, one.at);
  }
  return moments;
}

DecisionFacts::Cases DecisionFacts::still_there(const Moments& decided) {
  Cases cases;
  std::string key;
  for (const auto& [id, by_subject] : decided) {
    const rules::ActiveRule* rule = inputs_.rules.find(id);
    if (rule == nullptr || rule->shadow() || rule->rule.about != kind_ || reads_decisions(*rule)) continue;
    const cel::TruthColumn answers = ask_(*rule);
    for (std::size_t row = 0; row < answers.size(); ++row) {
      if (answers.at(row) == cel::Truth::no) continue;
      write_key(inputs_.snapshot, kind_, row, key);
      const auto about = by_subject.find(key);
      if (about != by_subject.end()) cases[row].push_back({id, about->second, answers.at(row) == cel::Truth::yes});
    }
  }
  return cases;
}

/// What waits longest is one of those that were found, or an earlier one of which nobody can tell.
cel::FactColumn DecisionFacts::column(const Cases& cases) {
  std::vector<TimeFact>& out =
      moments_.emplace_back(subject_count(inputs_.snapshot, kind_), TimeFact::never(base::TextId(0)));
  const base::TextId untold = text_.intern("it cannot be told whether what was decided about is still there");
  for (const auto& [row, all] : cases) {
    base::Instant found = base::kEndOfTime, doubtful = base::kEndOfTime;
    for (const Case& one : all) (one.found ? found : doubtful) = std::min(one.found ? found : doubtful, one.at);
    out[row] =
        found == base::kEndOfTime ? TimeFact::unknown(untold) : TimeFact::known({std::min(found, doubtful), found}, {});
  }
  return view(out, text_);
}

cel::FactColumn DecisionFacts::exemption_ended() {
  ended_ = still_there(ended());
  return column(ended_);
}

cel::FactColumn DecisionFacts::acknowledged() {
  taken_on_ = still_there(taken_on());
  return column(taken_on_);
}

std::string DecisionFacts::in_words(const Cases& cases, std::size_t row, std::string_view what) {
  const auto found = cases.find(row);
  std::string out;
  for (const Case& one : found == cases.end() ? std::vector<Case>() : found->second) {
    out += fmt::format("{}{} {} {}", out.empty() ? "" : "; ", one.rule, what, base::format_instant(one.at));
  }
  return out.empty() ? "nothing that was decided about it is found any more" : out;
}

std::string DecisionFacts::exemption_in_words(std::size_t row) const { return in_words(ended_, row, "exempt until"); }

std::string DecisionFacts::acknowledged_in_words(std::size_t row) const {
  return in_words(taken_on_, row, "acknowledged");
}

}  // namespace tally::evaluation
