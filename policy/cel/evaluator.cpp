#include "policy/cel/evaluator.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "policy/base/assert.h"
#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

using Lanes = std::array<Lane, kBatchRows>;

const Lanes& all_lanes() {
  static const Lanes kAll = [] {
    Lanes lanes{};
    std::iota(lanes.begin(), lanes.end(), Lane{0});
    return lanes;
  }();
  return kAll;
}

/// Asking every side about every lane costs several times what the best order does; rows of a kind stand together.
constexpr std::size_t kLearnEvery = 32;

}  // namespace

Evaluator::Evaluator(const Plan& plan, const Columns& columns, std::size_t rows, ReasonPool& reasons)
    : plan_(plan), rows_(rows), reasons_(reasons), interpreter_(*plan.tree, reasons, kMaximumIslandSteps) {
  readers_.resize(plan.steps.size());
  values_.resize(plan.steps.size());
  scratch_.resize(plan.steps.size());
  sides_.resize(plan.steps.size());
  texts_.resize(plan.steps.size());
  text_sets_.resize(plan.steps.size());
  for (StepId id = 0; id < plan.steps.size(); ++id) {
    registers_.emplace_back(step(id).type);
    if (step(id).op == Op::constant) values_[id] = &meaning(id).constant;
    if (step(id).op == Op::fact) bind_fact(id, columns);
    if (step(id).op == Op::in)
      scratch_[id] = Scratch{Register(step(step(id).inputs[0]).type), Register(Type::boolean())};
    else if (step(id).type.is_list() && values_[id] == nullptr && (step(id).op == Op::fact || id == plan.root))
      scratch_[id] = Scratch{Register(step(id).type.element()), Register(Type::boolean())};
  }
  find_sides();
  find_invariants();
  find_text_questions();
  weigh_sides();
}

void Evaluator::bind_fact(StepId id, const Columns& columns) {
  const std::uint32_t index = meaning(id).place;
  const Columns::Binding* binding = columns.find(plan_.tree->facts[index]);
  TALLY_ASSERT(binding != nullptr);
  if (const auto* value = std::get_if<Value>(binding)) {
    TALLY_ASSERT(value->is_unknown() || value->type() == step(id).type);
    values_[id] = value;
    interpreter_.set_fact(index, *value);
    reasons_.same_for_all_rows(index);
    return;
  }
  readers_[id] = std::make_unique<FactReader>(index, step(id).type, std::get<FactColumn>(*binding), rows_, reasons_);
}

/// A step is the same for all rows when all it reads is; it is computed here, once, for all lanes.
void Evaluator::find_invariants() {
  invariant_.assign(plan_.steps.size(), false);
  for (StepId id = 0; id < plan_.steps.size(); ++id) {
    const Step& at = step(id);
    if (values_[id] != nullptr) {
      fill(id, *values_[id]);
    } else if (readers_[id] != nullptr || at.op == Op::variable ||
               !std::all_of(at.inputs.begin(), at.inputs.end(), [&](StepId input) { return invariant_[input]; })) {
      continue;
    } else {
      run_step(id, all_lanes());
    }
    invariant_[id] = true;
  }
  arena_ = &batch_arena_;
}

const Register& Evaluator::run_batch(std::size_t first_row) {
  first_row_ = first_row;
  learning_ = first_row / kBatchRows % kLearnEvery == 0;
  batch_arena_.clear();
  const std::size_t count = std::min(kBatchRows, rows_ - first_row);
  run(plan_.root, Selection(all_lanes()).first(count));
  return reg(plan_.root);
}

void Evaluator::run(StepId id, Selection lanes) {
  if (invariant_[id] || lanes.empty() || step(id).op == Op::variable) return;
  run_step(id, lanes);
}

void Evaluator::run_step(StepId id, Selection lanes) {
  if (texts_[id] != nullptr) return run_text_answers(id, lanes);
  compute(id, lanes);
}

void Evaluator::compute(StepId id, Selection lanes) {
  const Op op = step(id).op;
  switch (op) {
    case Op::any_of:
    case Op::all_of: return run_logic(id, lanes);
    case Op::conditional: return run_conditional(id, lanes);
    case Op::island: return run_island(id, lanes);
    case Op::exists:
    case Op::all: return run_fold(id, lanes);
    default: break;
  }
  for (const StepId input : step(id).inputs) run(input, lanes);
  switch (op) {
    case Op::fact: return readers_[id]->load(first_row_, lanes, reg(id));
    case Op::logical_not: return run_not(id, lanes);
    case Op::negate: return run_negate(id, lanes);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo: return run_arithmetic(id, lanes);
    case Op::in: return run_in(id, lanes);
    case Op::index: return run_index(id, lanes);
    case Op::list: return run_list(id, lanes);
    case Op::size: return run_size(id, lanes);
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with: return run_text(id, lanes);
    case Op::matches: return run_matches(id, lanes);
    case Op::lower_ascii: return run_lower(id, lanes);
    default: return compare(id, op, input(id, 0), input(id, 1), step(step(id).inputs[0]).type.kind, lanes, reg(id));
  }
}

void Evaluator::store(const Value& value, std::size_t lane, Register& out) const {
  switch (value.kind()) {
    case Kind::boolean: out.flags[lane] = value.as<bool>(); break;
    case Kind::integer: out.ints[lane] = value.as<std::int64_t>(); break;
    case Kind::uinteger: out.uints[lane] = value.as<std::uint64_t>(); break;
    case Kind::real: out.reals[lane] = value.as<double>(); break;
    case Kind::string: out.texts[lane] = value.as<std::string>(); break;
    case Kind::timestamp: out.times[lane] = value.times().outward(); break;
    case Kind::duration: out.times[lane] = value.times().outward(); break;
    case Kind::list: out.lists[lane] = {0, value.as<Value::List>().size()}; break;
    default: break;
  }
}

void Evaluator::fill(StepId id, const Value& value) {
  if (value.is_unknown()) {
    const ReasonSetId why = reasons_.missing(meaning(id).place, value.as<Value::Unknown>().why);
    for (const Lane lane : all_lanes()) reg(id).set_unknown(lane, why);
  } else {
    for (const Lane lane : all_lanes()) store(value, lane, reg(id));
  }
}

}  // namespace tally::cel
