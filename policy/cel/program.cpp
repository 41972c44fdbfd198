#include "policy/cel/program.h"

#include <algorithm>
#include <cstring>

#include "policy/base/assert.h"
#include "policy/cel/checker.h"
#include "policy/cel/evaluator.h"
#include "policy/cel/limits.h"
#include "policy/cel/parser.h"
#include "policy/cel/plan.h"
#include "policy/cel/planner.h"

namespace tally::cel {
namespace {

/// Runs the plan and hands over batch by batch: `take(first row, rows, register)`; gives the reason sets, none when all
/// is known.
template <class Take>
std::vector<ReasonSetId> run_rows(const Plan& plan, const Columns& columns, std::size_t rows, ReasonPool& pool,
                                  Take take) {
  Evaluator evaluator(plan, columns, rows, pool);
  std::vector<ReasonSetId> sets;
  for (std::size_t first = 0; first < rows; first += kBatchRows) {
    const Register& answer = evaluator.run_batch(first);
    const std::size_t count = std::min(kBatchRows, rows - first);
    take(first, count, answer);
    if (!answer.any_unknown) continue;
    sets.resize(rows);
    std::memcpy(sets.data() + first, answer.unknown.data(), count * sizeof(ReasonSetId));
  }
  return sets;
}

/// The reasons of everything unknown in a value.
ReasonSetId unknown_in(const Value& value, ReasonPool& pool) {
  ReasonSetId reasons = value.is_unknown() ? value.as<Value::Unknown>().reasons : 0;
  if (value.kind() == Kind::list) {
    for (const Value& element : value.as<Value::List>()) reasons = pool.merge(reasons, unknown_in(element, pool));
  } else if (value.kind() == Kind::map) {
    for (const auto& entry : value.as<Value::Map>()) reasons = pool.merge(reasons, unknown_in(entry.second, pool));
  }
  return reasons;
}

}  // namespace

Program::Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) { TALLY_ASSERT(plan_ != nullptr); }

Type Program::type() const { return plan_->steps[plan_->root].type; }

const std::vector<std::string>& Program::facts() const { return plan_->tree->facts; }

std::string_view Program::text() const { return plan_->tree->syntax.text; }

TruthColumn Program::evaluate(const Columns& columns, std::size_t rows) const {
  TALLY_ASSERT(type() == Type::boolean());
  const auto pool = std::make_shared<ReasonPool>(plan_->tree);
  std::vector<Truth> values(rows);
  auto sets = run_rows(*plan_, columns, rows, *pool, [&](std::size_t first, std::size_t count, const Register& answer) {
    static_assert(sizeof(Truth) == 1 && static_cast<int>(Truth::no) == 0 && static_cast<int>(Truth::yes) == 1);
    std::memcpy(values.data() + first, answer.flags.data(), count);
    const ReasonSetId* const unknown = answer.unknown.data();
    for (std::size_t lane = 0; answer.any_unknown && lane < count; ++lane) {
      if (unknown[lane] != 0) values[first + lane] = Truth::unknown;
    }
  });
  return {std::move(values), std::move(sets), pool};
}

TextColumn Program::evaluate_text(const Columns& columns, std::size_t rows) const {
  TALLY_ASSERT(type() == Type::string());
  const auto pool = std::make_shared<ReasonPool>(plan_->tree);
  std::vector<std::string> values(rows);
  auto sets = run_rows(*plan_, columns, rows, *pool, [&](std::size_t first, std::size_t count, const Register& answer) {
    for (std::size_t lane = 0; lane < count; ++lane) {
      if (answer.unknown_at(lane) == 0) values[first + lane] = answer.texts[lane];
    }
  });
  return {std::move(values), std::move(sets), pool};
}

Outcome Program::evaluate_one(const Columns& columns) const {
  ReasonPool pool(plan_->tree);
  Value value = Evaluator(*plan_, columns, 1, pool).run_row(0);
  const ReasonSetId unknown = unknown_in(value, pool);
  return {std::move(value), unknown == 0 ? std::vector<Reason>{} : pool.reasons(unknown)};
}

tl::expected<Program, base::Diagnostics> compile(std::string_view file, std::string_view text,
                                                 const Environment& environment, Position origin) {
  auto syntax = parse(file, text, origin);
  if (!syntax) return tl::unexpected(std::move(syntax.error()));
  Checked checked = check(file, std::move(*syntax), environment);
  if (!checked.diagnostics.empty()) return tl::unexpected(std::move(checked.diagnostics));
  return Program(plan(std::move(checked.tree)));
}

tl::expected<Attempt, base::Diagnostics> attempt(std::string_view file, std::string_view text,
                                                 const Environment& environment) {
  auto syntax = parse(file, text);
  if (!syntax) return tl::unexpected(std::move(syntax.error()));
  Checked checked = check(file, std::move(*syntax), environment);
  return Attempt{Program(plan(std::move(checked.tree))), std::move(checked.diagnostics)};
}

}  // namespace tally::cel
