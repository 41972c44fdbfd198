// What the checker's two halves share: operators and names (checker.cpp), functions (checker_calls.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/cel/environment.h"
#include "policy/cel/functions.h"
#include "policy/cel/plan.h"
#include "policy/cel/syntax.h"

namespace tally::cel {

/// One pass over one tree. A failed part has reported itself and is `std::nullopt`, and so is all that holds it.
class Checker {
 public:
  using Checked = std::optional<StepId>;

  Checker(std::string_view file, const Syntax& syntax, const Environment& environment, base::Diagnostics& diagnostics);
  Checked check(NodeId node);
  Plan finish(StepId root);

 private:
  struct Variable {
    std::string name;
    StepId step = 0;
  };

  // checker.cpp
  Checked check_node(NodeId id);
  Checked check_constant(NodeId id, Value value);
  Checked check_name(NodeId id);
  Checked check_variable(NodeId id, const Variable& variable, std::string_view rest);
  Checked unknown_name(NodeId id, const std::string& name);
  Checked check_logic(NodeId id);
  Checked check_unary(NodeId id);
  Checked check_arithmetic(NodeId id);
  Checked check_comparison(NodeId id);
  Checked check_in(NodeId id);
  Checked check_index(NodeId id);
  Checked check_list(NodeId id);
  Checked check_conditional(NodeId id);
  // checker_calls.cpp
  Checked check_call(NodeId id);
  Checked unknown_function(const Node& node);
  Checked wrong_form(const Node& node, const FunctionInfo& info);
  Checked check_literal_call(NodeId id, Function function);
  Checked check_size(NodeId id);
  Checked check_text_method(NodeId id, const FunctionInfo& info);
  Checked check_pattern(NodeId id, StepId text, StepId pattern);
  Checked check_fold(NodeId id, Op op);

  /// The node's inputs, or nothing when one failed; all are checked, so that all report.
  std::optional<std::vector<StepId>> check_inputs(NodeId id);
  Checked refuse(Position where, std::string message, std::string hint = {});
  StepId add(NodeId id, Op op, Type type, std::vector<StepId> inputs);
  [[nodiscard]] const Type& type(StepId step) const { return plan_.steps[step].type; }
  [[nodiscard]] const Node& node(NodeId id) const { return syntax_.nodes[id]; }
  /// "account.enabled" for a chain of names and dots; empty for anything else.
  [[nodiscard]] std::string dotted_name(NodeId id) const;
  /// A constant's value, whether written as a literal or declared; nullptr for anything else.
  [[nodiscard]] const Value* constant(StepId step) const;

  std::string_view file_;
  const Syntax& syntax_;
  const Environment& environment_;
  base::Diagnostics& diagnostics_;
  Plan plan_;
  std::vector<Variable> variables_;  ///< innermost last
};

}  // namespace tally::cel
