// The evaluator's islands (evaluator.h): lane by lane the facts are boxed, the interpreter runs, the result is unboxed.
#include <algorithm>

#include "policy/cel/evaluator.h"

namespace tally::cel {

void Evaluator::run_island(StepId id, Selection lanes) {
  const auto& inputs = step(id).inputs;
  reg(id).any_unknown = false;
  if (std::all_of(inputs.begin(), inputs.end(), [&](StepId input) { return invariant_[input]; })) {
    const Value value = interpret(id, lanes.front());
    for (const Lane lane : lanes) unbox(id, value, lane);
    return;
  }
  for (const StepId input : inputs) run(input, lanes);
  for (const Lane lane : lanes) unbox(id, interpret(id, lane), lane);
}

Value Evaluator::interpret(StepId id, Lane lane) {
  for (const StepId fact : step(id).inputs) {
    if (values_[fact] == nullptr) interpreter_.set_fact(meaning(fact).place, boxed(fact, lane));
  }
  return interpreter_.run(step(id).node);
}

namespace {

/// A scalar of a register.
Value scalar(Kind kind, const Register& from, Lane lane) {
  if (const ReasonSetId reasons = from.unknown_at(lane)) return Value::unknown(reasons);
  switch (kind) {
    case Kind::boolean: return Value::boolean(from.flags[lane] != 0);
    case Kind::integer: return Value::integer(from.ints[lane]);
    case Kind::uinteger: return Value::uinteger(from.uints[lane]);
    case Kind::real: return Value::real(from.reals[lane]);
    case Kind::string: return Value::text(std::string(from.texts[lane]));
    case Kind::timestamp: return Value::moment(FineInterval::of(from.times[lane]));
    default: return Value::span(FineInterval::of(from.times[lane]));
  }
}

}  // namespace

Value Evaluator::boxed(StepId id, Lane lane) {
  const Register& from = reg(id);
  if (!step(id).type.is_list()) return scalar(step(id).type.kind, from, lane);
  if (const ReasonSetId reasons = from.unknown_at(lane)) return Value::unknown(reasons);
  const Type type = step(id).type.element();
  Register& element = scratch_[id]->element;
  Value::List elements;
  for (std::uint64_t n = 0; n < from.lists[lane].count; ++n) {
    element.any_unknown = false;
    load_element(id, n, lane, element);
    elements.push_back(scalar(type.kind, element, lane));
  }
  return Value::list(std::move(elements));
}

Value Evaluator::run_row(std::size_t row) {
  first_row_ = row;
  batch_arena_.clear();
  const Lane lane = 0;
  const StepId root = plan_.root;
  if (const Value* value = values_[root]) {
    return value->is_unknown() ? Value::unknown(reg(root).unknown_at(lane)) : *value;
  }
  if (step(root).op != Op::island) {
    run(root, Selection(&lane, 1));
    return boxed(root, lane);
  }
  for (const StepId input : step(root).inputs) run(input, Selection(&lane, 1));
  return interpret(root, lane);
}

void Evaluator::unbox(StepId id, Value value, Lane lane) {
  if (!value.is_unknown() && value.kind() != step(id).type.kind) {
    value = Value::unknown(reasons_.error(step(id).node, Failure::no_overload));
  }
  if (value.is_unknown()) {
    reg(id).set_unknown(lane, value.as<Value::Unknown>().reasons);
  } else if (value.kind() == Kind::string) {
    reg(id).texts[lane] = arena_->store(value.as<std::string>(), {});
  } else {
    store(value, lane, reg(id));
  }
}

}  // namespace tally::cel
