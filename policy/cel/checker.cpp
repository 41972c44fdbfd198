#include "policy/cel/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "policy/cel/checker_scope.h"
#include "policy/cel/overloads.h"

namespace tally::cel {
namespace {

std::string conversion_hint(Kind left, Kind right) {
  if (left == right) return {};
  const auto one_is = [&](Kind kind) { return left == kind || right == kind; };
  if (is_number(left) && is_number(right))
    return "numbers do not convert by themselves: write 1 for an int, 1u for a uint, 1.0 for a double, or convert with "
           "int(), uint(), double()";
  if (one_is(Kind::null) && one_is(Kind::timestamp)) return "a moment that did not come is compared with never";
  if (one_is(Kind::null)) return "facts are never null: a fact that is not known makes the answer unknown by itself";
  if (one_is(Kind::string) && one_is(Kind::duration)) return "a length of time is written duration(\"45d\")";
  if (one_is(Kind::string) && one_is(Kind::timestamp)) return "a moment is written timestamp(\"2026-03-31T00:00:00Z\")";
  if (one_is(Kind::string) && (is_number(left) || is_number(right))) return "a number becomes a text with string()";
  return {};
}

bool is_open(const Type& type) { return type.kind == Kind::dyn || type.kind == Kind::nothing; }

}  // namespace

Checker::Checker(std::string_view file, const Environment& environment, Tree& tree, base::Diagnostics& diagnostics)
    : file_(file), environment_(environment), tree_(tree), diagnostics_(diagnostics) {}

void Checker::report(Position where, std::string message, std::string hint) {
  diagnostics_.push_back({std::string(file_), where.line, where.column, std::move(message), std::move(hint)});
}

Meaning Checker::refuse(Position where, std::string message, std::string hint) {
  report(where, std::move(message), std::move(hint));
  return means(Op::undeclared, Type::dyn());
}

const Value* Checker::constant(NodeId id) const {
  const Meaning& meaning = tree_.meaning(id);
  return meaning.op == Op::constant ? &meaning.constant : nullptr;
}

const Type& Checker::check(NodeId id) {
  Meaning meaning = meaning_of(id);
  tree_.meanings[id] = std::move(meaning);
  tree_.meanings[id].may_fail = may_fail(id, tree_.meanings[id]);
  return type(id);
}

Meaning Checker::meaning_of(NodeId id) {
  const Op op = node(id).op;
  if (op == Op::name || op == Op::select) return name(id);
  if (op == Op::call || op == Op::method) return call(id);
  for (const NodeId input : node(id).inputs) check(input);
  switch (op) {
    case Op::constant: {
      Meaning meaning = means(Op::constant, node(id).literal.type());
      meaning.constant = node(id).literal;
      return meaning;
    }
    case Op::any_of:
    case Op::all_of: return logic(id);
    case Op::logical_not:
    case Op::negate: return unary(id);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo: return arithmetic(id);
    case Op::in: return in(id);
    case Op::conditional: return conditional(id);
    case Op::index: return index(id);
    case Op::list: return list(id);
    case Op::map: return map(id);
    default: return comparison(id);
  }
}

/// Errs to yes.
bool Checker::may_fail(NodeId id, const Meaning& meaning) const {
  switch (meaning.op) {
    case Op::constant:
    case Op::fact:
    case Op::variable: return false;
    case Op::undeclared:
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo:
    case Op::negate:
    case Op::index:
    case Op::select:
    case Op::map:
    case Op::call: return true;
    default: break;
  }
  if (meaning.op == Op::matches && meaning.pattern == nullptr) return true;
  const bool any_type_will_do = meaning.op == Op::list || meaning.op == Op::equal || meaning.op == Op::not_equal;
  const std::vector<NodeId> operands = tree_.operands(id);
  return std::any_of(operands.begin(), operands.end(), [&](NodeId operand) {
    return tree_.meaning(operand).may_fail || (!any_type_will_do && is_open(type(operand)));
  });
}

Meaning Checker::logic(NodeId id) {
  for (const NodeId input : node(id).inputs) expect_truth(input, to_string(node(id).op));
  return means(node(id).op, Type::boolean());
}

void Checker::expect_truth(NodeId id, std::string_view who) {
  if (type(id) == Type::boolean() || is_open(type(id))) return;
  report(node(id).position, fmt::format("{} takes truth values; this is a {}", who, type(id).name()));
}

Meaning Checker::unary(NodeId id) {
  const Op op = node(id).op;
  const Type given = type(node(id).inputs.front());
  if (op == Op::logical_not) {
    if (given != Type::boolean() && !is_open(given))
      report(node(id).position, fmt::format("! takes a truth value; this is a {}", given.name()));
    return means(op, Type::boolean());
  }
  if (given.kind != Kind::integer && given.kind != Kind::real && !is_open(given)) {
    report(node(id).position, fmt::format("unary - takes an int or a double; this is a {}", given.name()));
    return means(op, Type::dyn());
  }
  return means(op, given);
}

Meaning Checker::arithmetic(NodeId id) {
  const Op op = node(id).op;
  const Type left = type(node(id).inputs[0]), right = type(node(id).inputs[1]);
  if (is_open(left) || is_open(right)) return means(op, Type::dyn());
  if (const auto result = arithmetic_type(op, left, right)) return means(op, *result);
  report(node(id).position, fmt::format("there is no {} {} {}", left.name(), to_string(op), right.name()),
         conversion_hint(left.kind, right.kind));
  return means(op, Type::dyn());
}

Meaning Checker::comparison(NodeId id) {
  const Op op = node(id).op;
  const Type left = type(node(id).inputs[0]), right = type(node(id).inputs[1]);
  const bool equality = op == Op::equal || op == Op::not_equal;
  const bool numbers = is_number(left.kind) && is_number(right.kind);
  if (!compatible(left, right) && (equality || !numbers)) {
    report(node(id).position,
           fmt::format("{} compares values of one type; these are {} and {}", to_string(op), left.name(), right.name()),
           conversion_hint(left.kind, right.kind));
  } else if (!equality && !is_open(left) && !is_ordered(left.kind)) {
    report(node(id).position, fmt::format("values of type {} have no order", left.name()));
  } else if (!equality && !is_open(right) && !is_ordered(right.kind)) {
    report(node(id).position, fmt::format("values of type {} have no order", right.name()));
  }
  return means(op, Type::boolean());
}

Meaning Checker::in(NodeId id) {
  const Type value = type(node(id).inputs[0]), among = type(node(id).inputs[1]);
  const Type wanted = among.is_list() ? among.element() : among.is_map() ? among.key() : Type::dyn();
  if (!among.is_list() && !among.is_map() && !is_open(among)) {
    report(node(id).position, fmt::format("in looks into a list or a map; this is a {}", among.name()),
           among == Type::string() ? "a text within a text is text.contains(part)" : "");
  } else if (!compatible(value, wanted)) {
    report(node(id).position, fmt::format("a {} cannot be in a {}", value.name(), among.name()),
           conversion_hint(value.kind, wanted.kind));
  }
  return means(Op::in, Type::boolean());
}

Meaning Checker::index(NodeId id) {
  const Type whole = type(node(id).inputs[0]), at = type(node(id).inputs[1]);
  if (whole.is_list()) {
    if (at != Type::integer() && !is_open(at)) {
      report(node(id).position, fmt::format("a list is indexed by an int, not by a {}", at.name()));
    }
    return means(Op::index, whole.element().kind == Kind::nothing ? Type::dyn() : whole.element());
  }
  if (whole.is_map()) {
    if (!compatible(whole.key(), at)) {
      report(node(id).position, fmt::format("the keys of a {} are not a {}", whole.name(), at.name()),
             conversion_hint(whole.key().kind, at.kind));
    }
    return means(Op::index, whole.value().kind == Kind::nothing ? Type::dyn() : whole.value());
  }
  if (!is_open(whole)) {
    report(node(id).position, fmt::format("[ ] takes an element of a list or a map; this is a {}", whole.name()));
  }
  return means(Op::index, Type::dyn());
}

Meaning Checker::list(NodeId id) {
  Type element = Type::of(Kind::nothing);
  for (const NodeId input : node(id).inputs) element = joined(element, type(input));
  return means(Op::list, Type::list_of(element));
}

Meaning Checker::map(NodeId id) {
  Type key = Type::of(Kind::nothing), value = key;
  const std::vector<NodeId>& inputs = node(id).inputs;
  for (std::size_t i = 0; i + 1 < inputs.size(); i += 2) {
    const Kind kind = type(inputs[i]).kind;
    if (kind != Kind::boolean && kind != Kind::integer && kind != Kind::uinteger && kind != Kind::string &&
        !is_open(type(inputs[i]))) {
      report(node(inputs[i]).position,
             fmt::format("a map's key is a bool, int, uint or string; this is a {}", type(inputs[i]).name()));
    }
    key = joined(key, type(inputs[i]));
    value = joined(value, type(inputs[i + 1]));
  }
  return means(Op::map, Type::map_of(key, value));
}

Meaning Checker::conditional(NodeId id) {
  const std::vector<NodeId>& inputs = node(id).inputs;
  const Type condition = type(inputs[0]), yes = type(inputs[1]), no = type(inputs[2]);
  if (condition != Type::boolean() && !is_open(condition)) {
    report(node(id).position, fmt::format("?: takes a truth value on its left; this is a {}", condition.name()));
  }
  if (!compatible(yes, no)) {
    report(node(id).position, fmt::format("?: gives values of one type; these are {} and {}", yes.name(), no.name()),
           conversion_hint(yes.kind, no.kind));
  }
  return means(Op::conditional, joined(yes, no));
}

void Checker::finish() {
  std::vector<std::uint32_t> order(tree_.facts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return tree_.facts[a] < tree_.facts[b]; });
  std::vector<std::uint32_t> place(order.size());
  std::vector<std::string> facts;
  std::vector<Type> types;
  for (const std::uint32_t old : order) {
    place[old] = static_cast<std::uint32_t>(facts.size());
    facts.push_back(std::move(tree_.facts[old]));
    types.push_back(tree_.fact_types[old]);
  }
  for (Meaning& meaning : tree_.meanings) {
    if (meaning.op == Op::fact) meaning.place = place[meaning.place];
  }
  tree_.facts = std::move(facts);
  tree_.fact_types = std::move(types);
}

Checked check(std::string_view file, Syntax syntax, const Environment& environment) {
  Checked checked{std::make_shared<Tree>(), {}};
  Tree& tree = *checked.tree;
  tree.syntax = std::move(syntax);
  tree.meanings.resize(tree.syntax.nodes.size());
  tree.container = environment.container();
  Checker checker(file, environment, tree, checked.diagnostics);
  checker.check(tree.root());
  checker.finish();
  return checked;
}

}  // namespace tally::cel
