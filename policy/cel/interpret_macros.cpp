// The interpreter's macros over lists and the keys of maps (interpreter.h).
#include "policy/cel/interpreter.h"

namespace tally::cel {

Value Interpreter::macro(NodeId id) {
  const Value whole = eval(input(id, 0));
  if (whole.is_unknown()) return whole;
  Value::List keys;
  if (whole.kind() == Kind::map) {
    for (const auto& entry : whole.as<Value::Map>()) keys.push_back(entry.first);
  } else if (whole.kind() != Kind::list) {
    return fail(id, Failure::no_overload);
  }
  const Value::List& elements = whole.kind() == Kind::map ? keys : whole.as<Value::List>();
  switch (tree_.meaning(id).op) {
    case Op::exists_one: return exists_one(id, elements);
    case Op::filter: return filter(id, elements);
    case Op::transform: return transform(id, elements);
    default: return quantified(id, elements);
  }
}

/// What `body` is where the macro's variable is `element`.
Value Interpreter::with_element(NodeId id, const Value& element, NodeId body) {
  variables_.resize(tree_.meaning(id).place);
  variables_.push_back(element);
  return eval(body);
}

/// exists and all: || and && over the elements, and so one that decides is enough.
Value Interpreter::quantified(NodeId id, const Value::List& elements) {
  const bool decisive = tree_.meaning(id).op == Op::exists;
  ReasonSetId unknown = 0;
  for (const Value& element : elements) {
    const Value holds = with_element(id, element, input(id, 2));
    if (steps_ > maximum_steps_) return holds;
    if (holds.kind() != Kind::boolean) {
      unknown =
          reasons_.merge(unknown, holds.is_unknown() ? reasons_of(holds) : reasons_.error(id, Failure::no_overload));
    } else if (holds.as<bool>() == decisive) {
      return Value::boolean(decisive);
    }
  }
  return unknown != 0 ? Value::unknown(unknown) : Value::boolean(!decisive);
}

/// An error is one, whatever the others say (cel-spec, "Macros"). Two that hold are not one, whatever is unknown.
Value Interpreter::exists_one(NodeId id, const Value::List& elements) {
  ReasonSetId unknown = 0;
  std::size_t count = 0;
  for (const Value& element : elements) {
    const Value holds = with_element(id, element, input(id, 2));
    if (steps_ > maximum_steps_) return holds;
    if (holds.kind() == Kind::boolean) {
      count += holds.as<bool>() ? 1 : 0;
    } else {
      unknown =
          reasons_.merge(unknown, holds.is_unknown() ? reasons_of(holds) : reasons_.error(id, Failure::no_overload));
    }
  }
  if (unknown == 0) return Value::boolean(count == 1);
  return count > 1 && is_surely_truth(input(id, 2)) ? Value::boolean(false) : Value::unknown(unknown);
}

Value Interpreter::filter(NodeId id, const Value::List& elements) {
  ReasonSetId unknown = 0;
  Value::List kept;
  for (const Value& element : elements) {
    const Value holds = with_element(id, element, input(id, 2));
    if (steps_ > maximum_steps_) return holds;
    if (holds.kind() != Kind::boolean) {
      unknown =
          reasons_.merge(unknown, holds.is_unknown() ? reasons_of(holds) : reasons_.error(id, Failure::no_overload));
    } else if (holds.as<bool>()) {
      kept.push_back(element);
    }
  }
  return unknown != 0 ? Value::unknown(unknown) : Value::list(std::move(kept));
}

/// What is unknown of an element stays unknown in the new list, unless it can fail.
Value Interpreter::transform(NodeId id, const Value::List& elements) {
  const bool filtered = tree_.node(id).inputs.size() == 4;
  const NodeId body = input(id, filtered ? 3 : 2);
  ReasonSetId unknown = 0;
  bool whole = true;
  Value::List made;
  for (const Value& element : elements) {
    if (filtered) {
      const Value holds = with_element(id, element, input(id, 2));
      if (holds.kind() != Kind::boolean) {
        unknown =
            reasons_.merge(unknown, holds.is_unknown() ? reasons_of(holds) : reasons_.error(id, Failure::no_overload));
        whole = false;
        continue;
      }
      if (!holds.as<bool>()) continue;
    }
    made.push_back(with_element(id, element, body));
    if (steps_ > maximum_steps_) return made.back();
    unknown = reasons_.merge(unknown, reasons_of(made.back()));
    whole = whole && (!made.back().is_unknown() || !tree_.meaning(body).may_fail);
  }
  return whole ? Value::list(std::move(made)) : Value::unknown(unknown);
}

}  // namespace tally::cel
