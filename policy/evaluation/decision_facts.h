// *.exemption_ended, *.acknowledged: what people decided about findings that are still there.
//
//   DecisionFacts decisions(inputs, model::SubjectKind::account, [&](const auto& rule) { return table.ask(rule); });
//   decisions.exemption_ended();
//
// What a rule finds is asked again, in this evaluation, so these facts depend on its inputs alone. A decision about a
// rule that itself reads such facts counts for nothing: the question would go round in a circle. Nor does one about a
// rule that is not active: nobody counts on it. Inner to this library (fact_table.h).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/cel/program.h"
#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

class DecisionFacts {
 public:
  /// The answers of a rule about all subjects of the kind.
  using Ask = std::function<cel::TruthColumn(const rules::ActiveRule&)>;

  DecisionFacts(const Inputs& inputs, model::SubjectKind kind, Ask ask)
      : inputs_(inputs), kind_(kind), ask_(std::move(ask)) {}

  /// When the exemption of what is found about the row ended: of several rules the one that waits longest. An exemption
  /// that was renewed ended with its last term.
  cel::FactColumn exemption_ended();
  /// When somebody acknowledged what is found about the row: of several rules the one that waits longest.
  cel::FactColumn acknowledged();
  /// For evidence: "LVR-001 exempt until 2026-04-01T00:00:00Z".
  [[nodiscard]] std::string exemption_in_words(std::size_t row) const;
  [[nodiscard]] std::string acknowledged_in_words(std::size_t row) const;

 private:
  /// By rule and subject key: the moment of the decision.
  using Moments = std::map<std::string, std::map<std::string, base::Instant>>;
  /// One decision about a row whose rule does not answer "clear".
  struct Case {
    std::string rule;
    base::Instant at;
    bool found = false;  ///< the rule finds it; else nobody can tell
  };
  using Cases = std::map<std::size_t, std::vector<Case>>;

  [[nodiscard]] Moments ended() const;
  [[nodiscard]] Moments taken_on() const;
  [[nodiscard]] Cases still_there(const Moments& decided);
  cel::FactColumn column(const Cases& cases);
  static std::string in_words(const Cases& cases, std::size_t row, std::string_view what);

  const Inputs& inputs_;
  model::SubjectKind kind_;
  Ask ask_;
  Cases ended_, taken_on_;  ///< by row; made when first asked for
  base::TextPool text_;
  std::deque<std::vector<model::TimeFact>> moments_;  // a deque: views of earlier columns stay valid
};

}  // namespace tally::evaluation
