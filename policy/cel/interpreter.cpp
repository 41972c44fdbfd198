#include "policy/cel/interpreter.h"

#include <fmt/format.h>

#include <optional>

namespace tally::cel {
namespace {

std::string key_text(const Value& key) {
  switch (key.kind()) {
    case Kind::string: return "'" + key.as<std::string>() + "'";
    case Kind::boolean: return key.as<bool>() ? "true" : "false";
    case Kind::integer: return fmt::to_string(key.as<std::int64_t>());
    case Kind::uinteger: return fmt::to_string(key.as<std::uint64_t>());
    case Kind::real: return fmt::to_string(key.as<double>());
    default: return "a " + key.type().name();
  }
}

/// The position that a number means in a list, or nothing: whole numbers of any type count.
std::optional<std::uint64_t> position_of(const Value& at) {
  if (at.kind() == Kind::uinteger) return at.as<std::uint64_t>();
  if (at.kind() == Kind::integer && at.as<std::int64_t>() >= 0)
    return static_cast<std::uint64_t>(at.as<std::int64_t>());
  if (at.kind() == Kind::real && at.as<double>() >= 0 && at.as<double>() < 0x1p63) {
    const auto whole = static_cast<std::uint64_t>(at.as<double>());
    if (static_cast<double>(whole) == at.as<double>()) return whole;
  }
  return std::nullopt;
}

}  // namespace

Interpreter::Interpreter(const Tree& tree, ReasonPool& reasons, std::size_t maximum_steps)
    : tree_(tree), reasons_(reasons), maximum_steps_(maximum_steps), facts_(tree.facts.size()) {}

Value Interpreter::with_reasons(std::size_t fact, const Value& value) {
  if (value.is_unknown()) {
    const auto& unknown = value.as<Value::Unknown>();
    return unknown.reasons != 0 ? value
                                : Value::unknown(reasons_.missing(static_cast<std::uint32_t>(fact), unknown.why));
  }
  if (value.kind() == Kind::list) {
    Value::List elements;
    for (const Value& element : value.as<Value::List>()) elements.push_back(with_reasons(fact, element));
    return Value::list(std::move(elements));
  }
  if (value.kind() != Kind::map) return value;
  Value::Map entries;
  for (const auto& [key, held] : value.as<Value::Map>()) entries.emplace_back(key, with_reasons(fact, held));
  return *Value::map(std::move(entries));
}

void Interpreter::set_fact(std::size_t fact, const Value& value) { facts_[fact] = with_reasons(fact, value); }

Value Interpreter::run(NodeId node) {
  steps_ = 0;
  variables_.clear();
  Value answer = eval(node);
  return steps_ > maximum_steps_ ? fail(node, Failure::too_long) : answer;
}

Value Interpreter::eval(NodeId id) {
  if (++steps_ > maximum_steps_) return fail(id, Failure::too_long);
  return evaluated(id);
}

Value Interpreter::evaluated(NodeId id) {
  const Meaning& meaning = tree_.meaning(id);
  switch (meaning.op) {
    case Op::constant: return meaning.constant;
    case Op::fact: return facts_[meaning.place];
    case Op::variable: return variables_[meaning.place];
    case Op::undeclared:
      return fail(id, Failure::undeclared, fmt::format("'{}' (in container '{}')", meaning.text, tree_.container));
    case Op::any_of:
    case Op::all_of: return logic(id);
    case Op::logical_not:
    case Op::negate: return unary(id);
    case Op::conditional: return conditional(id);
    case Op::list: return list(id);
    case Op::map: return map(id);
    case Op::select: return select(id);
    case Op::has: return has(id);
    case Op::in: return in(id);
    case Op::exists:
    case Op::all:
    case Op::exists_one:
    case Op::filter:
    case Op::transform: return macro(id);
    case Op::size:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
    case Op::matches:
    case Op::lower_ascii:
    case Op::call: return call(id);
    default: return binary(id);
  }
}

Value Interpreter::logic(NodeId id) {
  const bool decisive = tree_.meaning(id).op == Op::any_of;
  ReasonSetId unknown = 0;
  for (const NodeId side : tree_.node(id).inputs) {
    const Value value = eval(side);
    if (value.kind() == Kind::boolean) {
      if (value.as<bool>() == decisive) return Value::boolean(decisive);
    } else {
      unknown =
          reasons_.merge(unknown, value.is_unknown() ? reasons_of(value) : reasons_.error(id, Failure::no_overload));
    }
  }
  return unknown != 0 ? Value::unknown(unknown) : Value::boolean(!decisive);
}

Value Interpreter::conditional(NodeId id) {
  const Value condition = eval(input(id, 0));
  if (condition.kind() == Kind::boolean) return eval(input(id, condition.as<bool>() ? 1 : 2));
  if (!condition.is_unknown()) return fail(id, Failure::no_overload);
  Value yes = eval(input(id, 1));
  const Value no = eval(input(id, 2));
  const ReasonSetId either = reasons_.merge(reasons_of(yes), reasons_of(no));
  if (either == 0 && is_surely_truth(input(id, 0)) && identical(yes, no)) return yes;
  return Value::unknown(reasons_.merge(reasons_of(condition), either));
}

/// An unknown element that can fail may be no element at all, and then there is no list (cel-spec: an error in it is an
/// error of the whole).
Value Interpreter::list(NodeId id) {
  Value::List elements;
  ReasonSetId unknown = 0;
  bool whole = true;
  for (const NodeId part : tree_.node(id).inputs) {
    elements.push_back(eval(part));
    unknown = reasons_.merge(unknown, reasons_of(elements.back()));
    whole = whole && (!elements.back().is_unknown() || !tree_.meaning(part).may_fail);
  }
  return whole ? Value::list(std::move(elements)) : Value::unknown(unknown);
}

Value Interpreter::map(NodeId id) {
  const std::vector<NodeId>& parts = tree_.node(id).inputs;
  Value::Map entries;
  ReasonSetId unknown = 0;
  bool whole = true;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    Value key = eval(parts[i]);
    Value value = eval(parts[i + 1]);
    unknown = reasons_.merge(unknown, reasons_.merge(reasons_of(key), reasons_of(value)));
    whole = whole && !key.is_unknown() && (!value.is_unknown() || !tree_.meaning(parts[i + 1]).may_fail);
    entries.emplace_back(std::move(key), std::move(value));
  }
  if (!whole) return Value::unknown(unknown);
  auto map = Value::map(std::move(entries));
  return map ? std::move(*map) : fail(id, Failure::map, map.error());
}

Value Interpreter::index(NodeId id, const Value& whole, const Value& at) {
  if (whole.kind() == Kind::map) {
    const Value* found = find_key(whole.as<Value::Map>(), at);
    return found != nullptr ? *found : fail(id, Failure::no_key, key_text(at));
  }
  if (whole.kind() != Kind::list || !is_number(at.kind())) return fail(id, Failure::no_overload);
  const auto& elements = whole.as<Value::List>();
  const auto position = position_of(at);
  return position && *position < elements.size() ? elements[*position] : fail(id, Failure::index);
}

Value Interpreter::select(NodeId id) {
  const Value whole = eval(input(id, 0));
  if (whole.is_unknown()) return whole;
  if (whole.kind() != Kind::map) return fail(id, Failure::no_field, whole.type().name());
  const Value key = Value::text(tree_.node(id).name);
  const Value* found = find_key(whole.as<Value::Map>(), key);
  return found != nullptr ? *found : fail(id, Failure::no_key, key_text(key));
}

Value Interpreter::has(NodeId id) {
  const NodeId field = input(id, 0);
  const Value whole = eval(input(field, 0));
  if (whole.is_unknown()) return whole;
  if (whole.kind() != Kind::map) return fail(id, Failure::no_field, whole.type().name());
  return Value::boolean(find_key(whole.as<Value::Map>(), Value::text(tree_.node(field).name)) != nullptr);
}

/// An unknown value is not in the empty list either, unless it can fail.
Value Interpreter::in(NodeId id) {
  const Value value = eval(input(id, 0)), among = eval(input(id, 1));
  if (among.is_unknown()) return among;
  if (among.kind() != Kind::list && among.kind() != Kind::map) return fail(id, Failure::no_overload);
  const bool is_map = among.kind() == Kind::map;
  const bool empty = is_map ? among.as<Value::Map>().empty() : among.as<Value::List>().empty();
  if (empty) return value.is_unknown() && tree_.meaning(input(id, 0)).may_fail ? value : Value::boolean(false);
  if (is_map) return value.is_unknown() ? value : Value::boolean(find_key(among.as<Value::Map>(), value) != nullptr);
  ReasonSetId unknown = 0;
  for (const Value& element : among.as<Value::List>()) {
    const Equality same = equal(id, value, element);
    if (same.unknown == 0 && same.equal) return Value::boolean(true);
    unknown = reasons_.merge(unknown, same.unknown);
  }
  return unknown != 0 ? Value::unknown(unknown) : Value::boolean(false);
}

}  // namespace tally::cel
