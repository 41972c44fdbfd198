#include "policy/cel/program.h"

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/cel/checker.h"
#include "policy/cel/evaluator.h"
#include "policy/cel/parser.h"
#include "policy/cel/plan.h"

namespace tally::cel {
namespace {

/// Runs the plan and hands each row's lane to `take(row, register, lane)`; gives the reason sets, none when all is
/// known.
template <class Take>
std::vector<ReasonSetId> run_rows(const Plan& plan, const Columns& columns, std::size_t rows, ReasonPool& pool,
                                  Take take) {
  Evaluator evaluator(plan, columns, rows, pool);
  std::vector<ReasonSetId> sets;
  for (std::size_t first = 0; first < rows; first += kBatchRows) {
    const Register& answer = evaluator.run_batch(first);
    const std::size_t count = std::min(kBatchRows, rows - first);
    if (answer.any_unknown && sets.empty()) sets.resize(rows);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const ReasonSetId reasons = answer.unknown_at(static_cast<Lane>(lane));
      if (reasons != 0) sets[first + lane] = reasons;
      take(first + lane, answer, lane, reasons != 0);
    }
  }
  return sets;
}

}  // namespace

Program::Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) { TALLY_ASSERT(plan_ != nullptr); }

Type Program::type() const { return plan_->steps[plan_->root].type; }

const std::vector<std::string>& Program::facts() const { return plan_->facts; }

std::string_view Program::text() const { return plan_->text; }

TruthColumn Program::evaluate(const Columns& columns, std::size_t rows) const {
  TALLY_ASSERT(type() == Type::boolean());
  const auto pool = std::make_shared<ReasonPool>(plan_);
  std::vector<Truth> values(rows, Truth::unknown);
  auto sets = run_rows(*plan_, columns, rows, *pool,
                       [&](std::size_t row, const Register& answer, std::size_t lane, bool unknown) {
                         if (!unknown) values[row] = answer.flags[lane] != 0 ? Truth::yes : Truth::no;
                       });
  return {std::move(values), std::move(sets), pool};
}

TextColumn Program::evaluate_text(const Columns& columns, std::size_t rows) const {
  TALLY_ASSERT(type() == Type::string());
  const auto pool = std::make_shared<ReasonPool>(plan_);
  std::vector<std::string> values(rows);
  auto sets = run_rows(*plan_, columns, rows, *pool,
                       [&](std::size_t row, const Register& answer, std::size_t lane, bool unknown) {
                         if (!unknown) values[row] = answer.texts[lane];
                       });
  return {std::move(values), std::move(sets), pool};
}

tl::expected<Program, base::Diagnostics> compile(std::string_view file, std::string_view text,
                                                 const Environment& environment, Position origin) {
  auto syntax = parse(file, text, origin);
  if (!syntax) return tl::unexpected(std::move(syntax.error()));
  auto plan = check(file, *syntax, environment);
  if (!plan) return tl::unexpected(std::move(plan.error()));
  return Program(std::move(*plan));
}

}  // namespace tally::cel
