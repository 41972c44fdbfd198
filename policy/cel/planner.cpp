#include "policy/cel/planner.h"

#include <algorithm>
#include <optional>
#include <set>

#include "policy/cel/fold.h"
#include "policy/cel/overloads.h"

namespace tally::cel {
namespace {

/// A value that registers hold: a scalar (times in whole microseconds) or a list of scalars of one kind.
bool has_column(const Value& value, const Type& type) {
  if (value.kind() != type.kind) return false;
  if (value.kind() == Kind::timestamp || value.kind() == Kind::duration) return value.times().in_microseconds();
  if (value.kind() != Kind::list) return is_scalar(value.kind());
  const Kind element = type.element().kind;
  const auto& elements = value.as<Value::List>();
  return (is_scalar(element) || elements.empty()) &&
         std::all_of(elements.begin(), elements.end(),
                     [&](const Value& each) { return has_column(each, Type::of(element)); });
}

bool has_column(const Type& type) { return is_scalar(type.kind) || (type.is_list() && is_scalar(type.element().kind)); }

/// Times from an island stay in it: they may be finer than a column's.
bool may_leave_island(const Type& type) {
  return is_scalar(type.kind) && type.kind != Kind::timestamp && type.kind != Kind::duration;
}

class Planner {
 public:
  explicit Planner(std::shared_ptr<const Tree> tree) : tree_(*tree) { plan_.tree = std::move(tree); }

  Plan run() {
    const auto root = columnar(tree_.root());
    plan_.root = root ? *root : island(tree_.root());
    return std::move(plan_);
  }

 private:
  using Planned = std::optional<StepId>;

  /// The step for a node, all in columns but for islands below it; nothing, and no steps, when it has no column itself.
  Planned columnar(NodeId id) {
    const std::size_t before = plan_.steps.size();
    const Planned step = attempt(id);
    if (!step) plan_.steps.resize(before);
    return step;
  }

  Planned attempt(NodeId id) {
    const Meaning& meaning = tree_.meaning(id);
    switch (meaning.op) {
      case Op::constant: return has_column(meaning.constant, meaning.type) ? Planned(add(id, {})) : std::nullopt;
      case Op::fact: return has_column(meaning.type) ? Planned(add(id, {})) : std::nullopt;
      case Op::variable: return variables_[meaning.place];
      case Op::exists:
      case Op::all: return fold(id);
      case Op::undeclared:
      case Op::select:
      case Op::call:
      case Op::map:
      case Op::has:
      case Op::exists_one:
      case Op::filter:
      case Op::transform: return std::nullopt;
      default: break;
    }
    std::vector<StepId> inputs;
    const std::size_t count = meaning.op == Op::matches ? 1 : tree_.node(id).inputs.size();
    for (std::size_t i = 0; i < count; ++i) {
      const Planned step = operand(tree_.node(id).inputs[i]);
      if (!step) return std::nullopt;
      inputs.push_back(*step);
    }
    return fits(meaning, inputs) ? Planned(add(id, std::move(inputs))) : std::nullopt;
  }

  /// A node as the input of a step in columns.
  Planned operand(NodeId id) {
    if (const Planned step = columnar(id)) return step;
    // The interpreter does not know the elements that a macro in columns looks at.
    if (!variables_.empty() || !may_leave_island(tree_.meaning(id).type)) return std::nullopt;
    return island(id);
  }

  [[nodiscard]] const Type& type(StepId step) const { return plan_.steps[step].type; }
  [[nodiscard]] Kind kind(StepId step) const { return type(step).kind; }

  /// There is a step for these types: the overloads that evaluator.h runs.
  [[nodiscard]] bool fits(const Meaning& meaning, const std::vector<StepId>& inputs) const {
    const auto all_are = [&](Kind wanted) {
      return std::all_of(inputs.begin(), inputs.end(), [&](StepId input) { return kind(input) == wanted; });
    };
    switch (meaning.op) {
      case Op::any_of:
      case Op::all_of:
      case Op::logical_not: return all_are(Kind::boolean);
      case Op::negate: return kind(inputs[0]) == Kind::integer || kind(inputs[0]) == Kind::real;
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::modulo:
        return is_scalar(meaning.type.kind) &&
               arithmetic_type(meaning.op, type(inputs[0]), type(inputs[1])) == meaning.type;
      case Op::in:
        return type(inputs[1]).is_list() && is_scalar(kind(inputs[0])) &&
               (type(inputs[1]).element() == type(inputs[0]) || type(inputs[1]).element().kind == Kind::nothing);
      case Op::index:
        return type(inputs[0]).is_list() && kind(inputs[1]) == Kind::integer &&
               type(inputs[0]).element() == meaning.type;
      case Op::list:
        return std::all_of(inputs.begin(), inputs.end(), [&](StepId input) {
          return is_scalar(kind(input)) && type(input) == meaning.type.element();
        });
      case Op::conditional:
        return kind(inputs[0]) == Kind::boolean && is_scalar(meaning.type.kind) && type(inputs[1]) == meaning.type &&
               type(inputs[2]) == meaning.type;
      case Op::size: return kind(inputs[0]) == Kind::string || kind(inputs[0]) == Kind::list;
      case Op::matches: return kind(inputs[0]) == Kind::string && meaning.pattern != nullptr;
      case Op::contains:
      case Op::starts_with:
      case Op::ends_with:
      case Op::lower_ascii: return all_are(Kind::string);
      default: return is_scalar(kind(inputs[0])) && type(inputs[0]) == type(inputs[1]);  // comparisons
    }
  }

  /// exists and all over a list that has a column, with a predicate that has one.
  Planned fold(NodeId id) {
    const std::vector<NodeId>& inputs = tree_.node(id).inputs;
    const Planned list = columnar(inputs[0]);
    if (!list || !type(*list).is_list() || !is_scalar(type(*list).element().kind)) return std::nullopt;
    const StepId variable = add(inputs[1], {});
    plan_.steps[variable].op = Op::variable;
    plan_.steps[variable].type = type(*list).element();
    variables_.push_back(variable);
    const Planned predicate = columnar(inputs[2]);
    variables_.pop_back();
    if (!predicate || kind(*predicate) != Kind::boolean) return std::nullopt;
    const StepId step = add(id, {*list, *predicate});
    plan_.steps[step].variable = variable;
    return step;
  }

  StepId island(NodeId id) {
    std::set<NodeId> facts;  // one node for each fact
    std::set<std::uint32_t> seen;
    collect_facts(id, facts, seen);
    std::vector<StepId> inputs;
    for (const NodeId fact : facts) inputs.push_back(add(fact, {}));
    const StepId step = add(id, std::move(inputs));
    plan_.steps[step].op = Op::island;
    return step;
  }

  void collect_facts(NodeId id, std::set<NodeId>& facts, std::set<std::uint32_t>& seen) const {
    const Meaning& meaning = tree_.meaning(id);
    if (meaning.op == Op::fact && seen.insert(meaning.place).second) facts.insert(id);
    for (const NodeId operand : tree_.operands(id)) collect_facts(operand, facts, seen);
  }

  StepId add(NodeId id, std::vector<StepId> inputs) {
    plan_.steps.push_back({tree_.meaning(id).op, tree_.meaning(id).type, id, std::move(inputs)});
    return static_cast<StepId>(plan_.steps.size() - 1);
  }

  const Tree& tree_;
  Plan plan_;
  std::vector<StepId> variables_;  ///< of the macros in columns around the node at hand, by slot
};

}  // namespace

std::shared_ptr<const Plan> plan(std::shared_ptr<Tree> tree) {
  fold_constants(*tree);
  return std::make_shared<const Plan>(Planner(std::move(tree)).run());
}

}  // namespace tally::cel
