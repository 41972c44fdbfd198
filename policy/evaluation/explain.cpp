#include "policy/evaluation/explain.h"

#include "policy/evaluation/exemptions.h"
#include "policy/evaluation/judge.h"
#include "policy/evaluation/subject.h"
#include "policy/rules/parameter.h"

namespace tally::evaluation {
namespace {

std::optional<std::size_t> row_of(const model::Snapshot& snapshot, model::SubjectKind kind, std::string_view key) {
  std::string candidate;
  for (std::size_t row = 0; row < subject_count(snapshot, kind); ++row) {
    write_key(snapshot, kind, row, candidate);
    if (candidate == key) return row;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Explanation> explain(const Inputs& inputs, std::string_view rule, std::string_view subject_key) {
  const rules::ActiveRule* active = inputs.rules.find(rule);
  if (active == nullptr) return std::nullopt;
  const auto row = row_of(inputs.snapshot, active->rule.about, subject_key);
  if (!row) return std::nullopt;
  Judge judge(inputs);
  const cel::TruthColumn answers = judge.ask(*active);
  Explanation out;
  out.subject = subject_of(inputs, active->rule.about, *row);
  out.rule = active->rule.id;
  out.title = active->rule.title;
  out.protects_from = active->rule.protects_from;
  out.when = active->rule.when.text;
  for (const auto& [name, value] : active->parameters) out.parameters.emplace_back(name, rules::to_text(value));
  out.outcome = judge.outcome(*active, answers, *row);
  if (std::string why = judge.quarantine(*active, *row); !why.empty()) out.reasons.push_back(std::move(why));
  for (std::string& reason : exact_sentences(answers.reasons(answers.reason_set(*row)))) {
    out.reasons.push_back(std::move(reason));
  }
  out.facts = judge.evidence(*active, *row);
  out.path = judge.path(*active, *row);
  if (out.outcome != model::Outcome::violation) return out;
  out.what = judge.sentence(*active, active->rule.message, *row);
  if (ExemptionsInForce(inputs).covers(rule, subject_key) != nullptr) out.outcome = model::Outcome::exempt;
  return out;
}

}  // namespace tally::evaluation
