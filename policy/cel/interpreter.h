// The interpreter: one subtree for one row, over boxed values. For what has no column: maps, bytes, lists of lists,
// dyn, the macros that make lists, conversions, time zones. The columnar evaluator (evaluator.h) calls it for the
// islands of a plan; the planner, to compute constant parts once.
//
//   Interpreter interpreter(tree, reasons, kMaximumIslandSteps);
//   interpreter.set_fact(0, Value::integer(3));
//   Value answer = interpreter.run(tree.root());       // answer.is_unknown(): its reasons are in the pool
//
// It dispatches on the values that it meets, as cel-spec defines evaluation, and so also runs what the checker objected
// to: an operation without an overload is an error of the row. Unknown, imprecise and never values mean what they mean
// in columns (program.h). Lists and maps may hold unknown values.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "policy/cel/meaning.h"
#include "policy/cel/reasons.h"
#include "policy/cel/value.h"

namespace tally::cel {

class Interpreter {
 public:
  /// What takes more than `maximum_steps` is an error. The arguments must outlive this.
  Interpreter(const Tree& tree, ReasonPool& reasons, std::size_t maximum_steps);

  /// Unknown values in it, as bindings give them, get their reasons.
  void set_fact(std::size_t fact, const Value& value);
  Value run(NodeId node);

 private:
  struct Equality {
    bool equal = false;
    ReasonSetId unknown = 0;
  };

  // interpreter.cpp
  Value with_reasons(std::size_t fact, const Value& value);
  Value eval(NodeId id);
  Value evaluated(NodeId id);
  Value logic(NodeId id);
  Value conditional(NodeId id);
  Value list(NodeId id);
  Value map(NodeId id);
  Value index(NodeId id, const Value& whole, const Value& at);
  Value select(NodeId id);
  Value has(NodeId id);
  Value in(NodeId id);
  // interpret_operators.cpp
  Value binary(NodeId id);
  Value unary(NodeId id);
  Value arithmetic(NodeId id, Op op, const Value& a, const Value& b);
  Value times(NodeId id, Op op, const Value& a, const Value& b);
  Value order(NodeId id, Op op, const Value& a, const Value& b);
  Value decided(NodeId id, Op op, const Value& a, const Value& b);
  Equality equal(NodeId id, const Value& a, const Value& b);
  Equality equal_lists(NodeId id, const Value::List& a, const Value::List& b);
  Equality equal_maps(NodeId id, const Value::Map& a, const Value::Map& b);
  static bool identical(const Value& a, const Value& b);
  // interpret_calls.cpp
  Value call(NodeId id);
  Value text_function(NodeId id, const Value& a, const Value& b);
  Value size(NodeId id, const Value& given);
  Value convert(NodeId id, Function function, const Value& given);
  Value accessor(NodeId id, Function function, const Value& given, const Value* zone);
  Value moment_field(NodeId id, Function function, const FineInterval& at, std::string_view zone);
  // interpret_conversions.cpp
  Value to_int(NodeId id, const Value& given);
  Value to_uint(NodeId id, const Value& given);
  Value to_double(NodeId id, const Value& given);
  Value to_text(NodeId id, const Value& given);
  Value to_bool(NodeId id, const Value& given);
  Value to_moment(NodeId id, const Value& given);
  Value to_span(NodeId id, const Value& given);
  // interpret_macros.cpp
  Value macro(NodeId id);
  Value quantified(NodeId id, const Value::List& elements);
  Value exists_one(NodeId id, const Value::List& elements);
  Value filter(NodeId id, const Value::List& elements);
  Value transform(NodeId id, const Value::List& elements);
  Value with_element(NodeId id, const Value& element, NodeId body);

  Value fail(NodeId id, Failure failure, std::string_view detail = {}) {
    return Value::unknown(reasons_.error(id, failure, detail));
  }
  static ReasonSetId reasons_of(const Value& value) {
    return value.is_unknown() ? value.as<Value::Unknown>().reasons : 0;
  }
  /// Of the operand that is never, when one is.
  ReasonSetId never_reasons(NodeId id, const Value& a, const Value& b);
  /// What is unknown there is true or false all the same, and not an error.
  [[nodiscard]] bool is_surely_truth(NodeId id) const {
    return !tree_.meaning(id).may_fail && tree_.meaning(id).type.kind == Kind::boolean;
  }
  [[nodiscard]] NodeId input(NodeId id, std::size_t n) const { return tree_.node(id).inputs[n]; }

  const Tree& tree_;
  ReasonPool& reasons_;
  std::size_t maximum_steps_;
  std::size_t steps_ = 0;
  std::vector<Value> facts_;
  std::vector<Value> variables_;
};

}  // namespace tally::cel
