// Judge: one rule asked about one subject or about all of them. evaluate(), explain() and compare() are made of it.
// Inner to this library. Not for several threads: it makes columns when first asked.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_table.h"

namespace tally::evaluation {

class Judge {
 public:
  explicit Judge(const Inputs& inputs);

  cel::TruthColumn ask(const rules::ActiveRule& rule);
  /// The answer of a row: what the rule says, or "cannot tell" where the subject's own source is quarantined.
  [[nodiscard]] model::Outcome outcome(const rules::ActiveRule& rule, const cel::TruthColumn& answers,
                                       std::size_t row) const;
  /// The same for all rows.
  [[nodiscard]] std::vector<model::Outcome> outcomes(const rules::ActiveRule& rule,
                                                     const cel::TruthColumn& answers) const;
  /// Why the subject's own source is not believed; empty when it is.
  [[nodiscard]] std::string quarantine(const rules::ActiveRule& rule, std::size_t row) const;
  /// The rule's severity for every row listed.
  std::vector<model::Severity> severities(const rules::ActiveRule& rule, const std::vector<std::size_t>& rows);
  model::Finding finding(const rules::ActiveRule& rule, std::size_t row, model::Severity severity);
  std::vector<model::Evidence> evidence(const rules::ActiveRule& rule, std::size_t row);
  /// The way to privilege, for rules that read account.privileged and its kin.
  [[nodiscard]] std::vector<std::string> path(const rules::ActiveRule& rule, std::size_t row) const;
  std::string sentence(const rules::ActiveRule& rule, const rules::Message& message, std::size_t row);
  FactTable& facts(model::SubjectKind kind);

 private:
  std::string fix(const rules::ActiveRule& rule, std::size_t row);
  [[nodiscard]] const model::SourceRecord* unbelieved(model::SubjectKind kind, std::size_t row) const;

  const Inputs& inputs_;
  bool all_believed_ = true;  ///< no directory is quarantined
  std::array<std::unique_ptr<FactTable>, model::kSubjectKinds.size()> tables_;
};

/// What a group of subjects has in common: the reasons without names, dates and numbers, as one sentence.
std::string class_sentence(const std::vector<cel::Reason>& reasons);
/// The reasons exactly, those about a missing person dropped where another says why.
std::vector<std::string> exact_sentences(const std::vector<cel::Reason>& reasons);

/// SHA-256 over everything in the verdict but the digest, length before text.
base::Digest digest_of(const model::Verdict& verdict);

}  // namespace tally::evaluation
