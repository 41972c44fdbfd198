// The columnar evaluator: runs a plan over batches of rows. Inner to this library; program.h is the door.
//
//   Evaluator evaluator(plan, columns, rows, pool);
//   for (std::size_t row = 0; row < rows; row += kBatchRows) { const Register& answer = evaluator.run_batch(row); … }
//
// Every step owns a Register and fills the lanes it is asked for. Steps that are the same for all rows are computed
// once. A lane is unknown when its reason set is not empty; its value is then meaningless.
//
// Two things make most of the speed, and change no answer. The sides of && and || are asked in the order in which they
// settle most lanes for the least work, learned from a batch now and then; whichever comes first, a side that decides
// decides, and the reasons of unknown sides add up to the same set. And a question about one text with constants is
// answered once for each text of a column that has few: a status, an owner.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/cel/fact_reader.h"
#include "policy/cel/interpreter.h"
#include "policy/cel/plan.h"
#include "policy/cel/reasons.h"
#include "policy/cel/register.h"
#include "policy/cel/text_answers.h"

namespace tally::cel {

class Evaluator {
 public:
  /// Asserts that every fact of the plan is bound, to a view or value of its type. All arguments must outlive this.
  Evaluator(const Plan& plan, const Columns& columns, std::size_t rows, ReasonPool& reasons);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// The answer of one row as a value, whatever its type.
  Value run_row(std::size_t row);
  /// The answers of the rows [first_row, min(first_row + kBatchRows, rows)); good until the next call.
  const Register& run_batch(std::size_t first_row);

 private:
  /// What works with the elements of lists has: the element at hand, and whether it is the value that `in` looks for.
  struct Scratch {
    Register element;
    Register equal;
  };
  /// A side of && or ||.
  struct Side {
    StepId step = 0;
    std::uint64_t cost = 1;     ///< of asking about one lane, in steps of the cheapest kind
    std::uint64_t settled = 0;  ///< lanes of the last batch that was learned from
  };

  // evaluator.cpp
  void bind_fact(StepId id, const Columns& columns);
  void find_invariants();
  void run(StepId id, Selection lanes);
  void run_step(StepId id, Selection lanes);
  void compute(StepId id, Selection lanes);
  void fill(StepId id, const Value& value);
  void store(const Value& value, std::size_t lane, Register& out) const;
  // evaluate_logic.cpp
  void find_sides();
  void weigh_sides();
  [[nodiscard]] std::uint64_t cost_of(StepId id) const;
  void learn(StepId id, Selection lanes);
  void run_logic(StepId id, Selection lanes);
  void run_not(StepId id, Selection lanes);
  void run_conditional(StepId id, Selection lanes);
  // evaluate_islands.cpp
  void run_island(StepId id, Selection lanes);
  Value interpret(StepId id, Lane lane);
  Value boxed(StepId id, Lane lane);
  void unbox(StepId id, Value value, Lane lane);
  // evaluate_values.cpp
  void run_arithmetic(StepId id, Selection lanes);
  void run_negate(StepId id, Selection lanes);
  void run_int_arithmetic(StepId id, Selection lanes);
  void run_uint_arithmetic(StepId id, Selection lanes);
  void run_real_arithmetic(StepId id, Selection lanes);
  void run_time_arithmetic(StepId id, Selection lanes);
  void run_concatenation(StepId id, Selection lanes);
  void compare(StepId id, Op op, const Register& left, const Register& right, Kind kind, Selection lanes,
               Register& out);
  template <Op op>
  void compare_times(StepId id, const Register& left, const Register& right, Selection lanes, Register& out);
  void undecided_times(StepId id, const Register& left, const Register& right, std::size_t lane, Register& out);
  void compare_times(StepId id, Op op, const Register& left, const Register& right, Selection lanes, Register& out);
  // evaluate_texts.cpp
  void find_text_questions();
  [[nodiscard]] std::optional<StepId> only_text(StepId id) const;
  void run_text_answers(StepId id, Selection lanes);
  void run_text(StepId id, Selection lanes);
  void run_lower(StepId id, Selection lanes);
  void run_matches(StepId id, Selection lanes);
  void run_in_texts(StepId id, Selection lanes);
  // evaluate_lists.cpp
  void run_list(StepId id, Selection lanes);
  void run_size(StepId id, Selection lanes);
  void run_index(StepId id, Selection lanes);
  void run_in(StepId id, Selection lanes);
  void run_fold(StepId id, Selection lanes);
  void load_element(StepId list, std::uint64_t n, std::size_t lane, Register& out);
  template <class Predicate>
  void fold(StepId list, Register& element, bool decisive, Selection lanes, Register& out, Predicate predicate);

  /// Calls `compute(lane)` where both inputs are known and marks the other lanes with the reasons of both.
  template <class Compute>
  void strict(const Register& left, const Register& right, Selection lanes, Register& out, Compute compute) {
    out.any_unknown = false;
    if (!left.any_unknown && !right.any_unknown) return each_lane(lanes, compute);
    each_lane(lanes, [&](std::size_t lane) {
      const ReasonSetId reasons = reasons_.merge(left.unknown_at(lane), right.unknown_at(lane));
      if (reasons != 0) {
        out.set_unknown(lane, reasons);
      } else {
        compute(lane);
      }
    });
  }

  [[nodiscard]] const Meaning& meaning(StepId id) const { return plan_.meaning(id); }
  [[nodiscard]] const Step& step(StepId id) const { return plan_.steps[id]; }
  /// The node that the step's input `n` comes from.
  [[nodiscard]] NodeId operand(StepId id, std::size_t n) const { return step(step(id).inputs[n]).node; }
  Register& reg(StepId id) { return registers_[id]; }
  Register& input(StepId id, std::size_t n) { return registers_[plan_.steps[id].inputs[n]]; }

  const Plan& plan_;
  std::size_t rows_;
  ReasonPool& reasons_;
  std::vector<Register> registers_;                   ///< of the steps
  std::vector<std::unique_ptr<FactReader>> readers_;  ///< of the steps; empty but for facts bound to a column
  std::vector<const Value*> values_;                  ///< of the steps: constants, and facts bound to one value
  std::vector<bool> invariant_;                       ///< the register is filled for good
  std::vector<std::optional<Scratch>> scratch_;       ///< of the steps; empty but for `in`, and lists that are boxed
  std::vector<std::vector<Side>> sides_;              ///< of the steps; empty but for && and ||; best first
  std::vector<std::unique_ptr<TextAnswers>> texts_;   ///< of the steps; empty but for those worth it
  std::vector<std::unique_ptr<TextSet>> text_sets_;   ///< of the steps; empty but for `in` a constant list of texts
  bool learning_ = false;                             ///< from this batch
  Interpreter interpreter_;                           ///< for the islands
  std::size_t first_row_ = 0;
  TextArena constants_arena_, batch_arena_;
  TextArena* arena_ = &constants_arena_;
};

}  // namespace tally::cel
