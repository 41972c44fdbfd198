#include "policy/cel/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "policy/base/assert.h"
#include "policy/cel/checker_scope.h"

namespace tally::cel {
namespace {

bool is_number(Kind kind) { return kind == Kind::integer || kind == Kind::uinteger || kind == Kind::real; }
bool is_ordered(Kind kind) {
  return kind == Kind::boolean || kind == Kind::string || kind == Kind::timestamp || kind == Kind::duration ||
         is_number(kind);
}

std::string conversion_hint(Kind left, Kind right) {
  if (left == right) return {};
  if (is_number(left) && is_number(right))
    return "numbers do not convert: write 1 for an int, 1u for a uint, 1.0 for a double";
  const auto one_is = [&](Kind kind) { return left == kind || right == kind; };
  if (one_is(Kind::null) && one_is(Kind::timestamp)) return "a moment that did not come is compared with never";
  if (one_is(Kind::null)) return "facts are never null: a fact that is not known makes the answer unknown by itself";
  if (one_is(Kind::string) && one_is(Kind::duration)) return "a length of time is written duration(\"45d\")";
  if (one_is(Kind::string) && one_is(Kind::timestamp)) return "a moment is written timestamp(\"2026-03-31T00:00:00Z\")";
  return {};
}

/// The type of `left op right`, or nothing when CEL has no such overload.
std::optional<Type> arithmetic_type(Op op, Kind left, Kind right) {
  const bool sum = op == Op::add, difference = op == Op::subtract;
  if (left == right && is_number(left) && (op != Op::modulo || left != Kind::real)) return Type{left};
  if (left == right && left == Kind::string && sum) return Type::string();
  if (left == right && left == Kind::duration && (sum || difference)) return Type::duration();
  if (left == right && left == Kind::timestamp && difference) return Type::duration();
  if (left == Kind::timestamp && right == Kind::duration && (sum || difference)) return Type::timestamp();
  if (left == Kind::duration && right == Kind::timestamp && sum) return Type::timestamp();
  return std::nullopt;
}

}  // namespace

Checker::Checker(std::string_view file, const Syntax& syntax, const Environment& environment,
                 base::Diagnostics& diagnostics)
    : file_(file), syntax_(syntax), environment_(environment), diagnostics_(diagnostics) {
  plan_.text = syntax.text;
}

Checker::Checked Checker::refuse(Position where, std::string message, std::string hint) {
  diagnostics_.push_back({std::string(file_), where.line, where.column, std::move(message), std::move(hint)});
  return std::nullopt;
}

StepId Checker::add(NodeId id, Op op, Type type, std::vector<StepId> inputs) {
  Step step{op, type, node(id).position, node(id).begin, node(id).end, std::move(inputs), {}, 0, 0, nullptr};
  plan_.steps.push_back(std::move(step));
  return static_cast<StepId>(plan_.steps.size() - 1);
}

const Value* Checker::constant(StepId step) const {
  return plan_.steps[step].op == Op::constant ? &plan_.steps[step].constant : nullptr;
}

std::optional<std::vector<StepId>> Checker::check_inputs(NodeId id) {
  std::vector<StepId> steps;
  for (const NodeId input : node(id).inputs) {
    if (const Checked step = check(input)) steps.push_back(*step);
  }
  if (steps.size() != node(id).inputs.size()) return std::nullopt;
  return steps;
}

Checker::Checked Checker::check(NodeId id) {
  switch (node(id).op) {
    case Op::constant: return check_constant(id, node(id).literal);
    case Op::name:
    case Op::select: return check_name(id);
    case Op::call:
    case Op::method: return check_call(id);
    case Op::any_of:
    case Op::all_of: return check_logic(id);
    case Op::logical_not:
    case Op::negate: return check_unary(id);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo: return check_arithmetic(id);
    case Op::in: return check_in(id);
    case Op::conditional: return check_conditional(id);
    case Op::index: return check_index(id);
    case Op::list: return check_list(id);
    default: return check_comparison(id);
  }
}

Checker::Checked Checker::check_constant(NodeId id, Value value) {
  const StepId step = add(id, Op::constant, value.type(), {});
  plan_.steps[step].constant = std::move(value);
  return step;
}

std::string Checker::dotted_name(NodeId id) const {
  if (node(id).op == Op::name) return node(id).name;
  if (node(id).op != Op::select) return {};
  const std::string left = dotted_name(node(id).inputs.front());
  return left.empty() ? left : left + "." + node(id).name;
}

Checker::Checked Checker::check_name(NodeId id) {
  const std::string name = dotted_name(id);
  if (name.empty()) {
    if (!check(node(id).inputs.front())) return std::nullopt;
    return refuse(node(id).position, fmt::format("\"{}\" is selected from a value that has no fields", node(id).name),
                  "only names have dots in them");
  }
  const std::string_view first = std::string_view(name).substr(0, name.find('.'));
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
    if (variable->name == first) return check_variable(id, *variable, name);
  }
  if (name == "never") return check_constant(id, Value::moment(kNever));
  const Environment::Declaration* declared = environment_.find(name);
  if (declared == nullptr) return unknown_name(id, name);
  if (declared->constant) return check_constant(id, *declared->constant);
  const StepId step = add(id, Op::fact, declared->type, {});
  const auto found = std::find(plan_.facts.begin(), plan_.facts.end(), name);
  plan_.steps[step].fact = static_cast<std::uint32_t>(found - plan_.facts.begin());
  if (found == plan_.facts.end()) {
    plan_.facts.push_back(name);
    plan_.fact_types.push_back(declared->type);
  }
  return step;
}

Checker::Checked Checker::check_variable(NodeId id, const Variable& variable, std::string_view name) {
  if (name == variable.name) return variable.step;
  return refuse(node(id).position,
                fmt::format("\"{}\" is a {} and has no fields", variable.name, type(variable.step).name()));
}

Checker::Checked Checker::unknown_name(NodeId id, const std::string& name) {
  const Position where = node(id).position;
  if (environment_.has_prefix(name)) {
    return refuse(where, fmt::format("\"{}\" is not a fact but the start of several", name), "add a dot and a name");
  }
  for (std::size_t dot = name.rfind('.'); dot != std::string::npos; dot = dot == 0 ? dot : name.rfind('.', dot - 1)) {
    const auto* declared = environment_.find(std::string_view(name).substr(0, dot));
    if (declared == nullptr) continue;
    return refuse(where, fmt::format("\"{}\" is a {} and has no field \"{}\"", name.substr(0, dot),
                                     declared->type.name(), name.substr(dot + 1)));
  }
  std::vector<std::string_view> candidates = environment_.names();
  candidates.emplace_back("never");
  for (const Variable& variable : variables_) candidates.emplace_back(variable.name);
  const std::string_view nearest = base::nearest_word(name, candidates);
  return refuse(where, fmt::format("there is no fact or parameter \"{}\"", name),
                nearest.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", nearest));
}

Checker::Checked Checker::check_logic(NodeId id) {
  std::vector<StepId> steps;
  bool good = true;
  for (const NodeId input : node(id).inputs) {
    const Checked step = check(input);
    good = good && step.has_value();
    if (!step) continue;
    if (type(*step) != Type::boolean()) {
      refuse(node(input).position,
             fmt::format("{} takes truth values; this is a {}", to_string(node(id).op), type(*step).name()));
      good = false;
    }
    steps.push_back(*step);
  }
  if (!good) return std::nullopt;
  return add(id, node(id).op, Type::boolean(), std::move(steps));
}

Checker::Checked Checker::check_unary(NodeId id) {
  const Checked input = check(node(id).inputs.front());
  if (!input) return std::nullopt;
  const Type given = type(*input);
  if (node(id).op == Op::logical_not) {
    if (given == Type::boolean()) return add(id, Op::logical_not, given, {*input});
    return refuse(node(id).position, fmt::format("! takes a truth value; this is a {}", given.name()));
  }
  if (given.kind == Kind::integer || given.kind == Kind::real) return add(id, Op::negate, given, {*input});
  return refuse(node(id).position, fmt::format("unary - takes an int or a double; this is a {}", given.name()));
}

Checker::Checked Checker::check_arithmetic(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type left = type(inputs->front()), right = type(inputs->back());
  if (const auto result = arithmetic_type(node(id).op, left.kind, right.kind)) {
    return add(id, node(id).op, *result, *inputs);
  }
  if (left.is_list() && right.is_list()) {
    return refuse(node(id).position, fmt::format("{} on lists is not supported", to_string(node(id).op)));
  }
  return refuse(node(id).position,
                fmt::format("there is no {} {} {}", left.name(), to_string(node(id).op), right.name()),
                conversion_hint(left.kind, right.kind));
}

Checker::Checked Checker::check_comparison(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type left = type(inputs->front()), right = type(inputs->back());
  const std::string_view symbol = to_string(node(id).op);
  if (left.is_list() && right.is_list()) {
    return refuse(node(id).position, fmt::format("{} on lists is not supported", symbol), "use in, exists or all");
  }
  if (left != right) {
    return refuse(node(id).position,
                  fmt::format("{} compares values of one type; these are {} and {}", symbol, left.name(), right.name()),
                  conversion_hint(left.kind, right.kind));
  }
  if (node(id).op != Op::equal && node(id).op != Op::not_equal && !is_ordered(left.kind)) {
    return refuse(node(id).position, fmt::format("values of type {} have no order", left.name()));
  }
  return add(id, node(id).op, Type::boolean(), *inputs);
}

Checker::Checked Checker::check_in(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type value = type(inputs->front()), list = type(inputs->back());
  if (!list.is_list()) {
    return refuse(node(id).position, fmt::format("in looks into a list; this is a {}", list.name()),
                  list == Type::string() ? "a text within a text is text.contains(part)" : "");
  }
  if (value.is_list() || (list.element != Kind::nothing && list.element != value.kind)) {
    return refuse(node(id).position, fmt::format("a {} cannot be in a {}", value.name(), list.name()),
                  conversion_hint(value.kind, list.element));
  }
  return add(id, Op::in, Type::boolean(), *inputs);
}

Checker::Checked Checker::check_index(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type list = type(inputs->front()), position = type(inputs->back());
  if (!list.is_list())
    return refuse(node(id).position, fmt::format("[ ] takes an element of a list; this is a {}", list.name()));
  if (position != Type::integer()) {
    return refuse(node(id).position, fmt::format("a list is indexed by an int, not by a {}", position.name()));
  }
  if (list.element == Kind::nothing) return refuse(node(id).position, "the empty list has no elements");
  return add(id, Op::index, Type{list.element}, *inputs);
}

Checker::Checked Checker::check_list(NodeId id) {
  auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  Kind element = Kind::nothing;
  for (std::size_t i = 0; i < inputs->size(); ++i) {
    const Type given = type((*inputs)[i]);
    const Position where = node(node(id).inputs[i]).position;
    if (given.is_list()) return refuse(where, "lists within lists are not supported");
    if (given.kind == Kind::null) return refuse(where, "null in a list is not supported");
    if (i > 0 && given.kind != element) {
      return refuse(
          where,
          fmt::format("a list holds values of one type; this is a {} among {}s", given.name(), Type{element}.name()),
          conversion_hint(given.kind, element));
    }
    element = given.kind;
  }
  return add(id, Op::list, Type::list_of(element), std::move(*inputs));
}

Checker::Checked Checker::check_conditional(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type condition = type((*inputs)[0]), yes = type((*inputs)[1]), no = type((*inputs)[2]);
  if (condition != Type::boolean()) {
    return refuse(node(id).position, fmt::format("?: takes a truth value on its left; this is a {}", condition.name()));
  }
  if (yes != no) {
    return refuse(node(id).position,
                  fmt::format("?: gives values of one type; these are {} and {}", yes.name(), no.name()),
                  conversion_hint(yes.kind, no.kind));
  }
  if (yes.is_list()) return refuse(node(id).position, "a list as the result of ?: is not supported");
  return add(id, Op::conditional, yes, *inputs);
}

Plan Checker::finish(StepId root) {
  plan_.root = root;
  std::vector<std::uint32_t> order(plan_.facts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return plan_.facts[a] < plan_.facts[b]; });
  Plan sorted = std::move(plan_);
  std::vector<std::uint32_t> place(order.size());
  std::vector<std::string> facts;
  std::vector<Type> types;
  for (const std::uint32_t old : order) {
    place[old] = static_cast<std::uint32_t>(facts.size());
    facts.push_back(sorted.facts[old]);
    types.push_back(sorted.fact_types[old]);
  }
  for (Step& step : sorted.steps) {
    if (step.op == Op::fact) step.fact = place[step.fact];
  }
  sorted.facts = std::move(facts);
  sorted.fact_types = std::move(types);
  return sorted;
}

tl::expected<std::shared_ptr<const Plan>, base::Diagnostics> check(std::string_view file, const Syntax& syntax,
                                                                   const Environment& environment) {
  base::Diagnostics diagnostics;
  Checker checker(file, syntax, environment, diagnostics);
  const Checker::Checked root = checker.check(syntax.root);
  TALLY_ASSERT(root.has_value() == diagnostics.empty());
  if (!root) return tl::unexpected(std::move(diagnostics));
  return std::make_shared<const Plan>(checker.finish(*root));
}

}  // namespace tally::cel
