// What the checker's parts share: operators (checker.cpp), names (checker_names.cpp), functions and macros
// (checker_calls.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/checker.h"

namespace tally::cel {

/// One pass over one tree. A failed part has reported itself and is dyn, which nobody objects to.
class Checker {
 public:
  Checker(std::string_view file, const Environment& environment, Tree& tree, base::Diagnostics& diagnostics);
  /// Gives `node` and all below it a meaning.
  const Type& check(NodeId node);
  /// Sorts the facts.
  void finish();

 private:
  struct Variable {
    std::string name;
    Type type;
  };

  // checker.cpp
  Meaning meaning_of(NodeId id);
  Meaning logic(NodeId id);
  Meaning unary(NodeId id);
  Meaning arithmetic(NodeId id);
  Meaning comparison(NodeId id);
  Meaning in(NodeId id);
  Meaning index(NodeId id);
  Meaning list(NodeId id);
  Meaning map(NodeId id);
  Meaning conditional(NodeId id);
  [[nodiscard]] bool may_fail(NodeId id, const Meaning& meaning) const;
  // checker_names.cpp
  Meaning name(NodeId id);
  std::optional<Meaning> declared(const std::string& name);
  [[nodiscard]] std::vector<std::string> spellings(const std::string& name, bool rooted) const;
  std::optional<Meaning> resolved(const std::string& name, bool rooted);
  [[nodiscard]] bool some_prefix_is_declared(const std::string& name, bool rooted);
  Meaning variable(NodeId id, std::size_t slot);
  Meaning field(NodeId id);
  Meaning unknown_name(NodeId id, const std::string& name);
  [[nodiscard]] std::string dotted_name(NodeId id) const;
  [[nodiscard]] bool is_rooted(NodeId id) const;
  // checker_calls.cpp
  Meaning call(NodeId id);
  Meaning unknown_function(NodeId id);
  Meaning wrong_form(NodeId id, const FunctionInfo& info);
  Meaning has(NodeId id);
  Meaning macro(NodeId id, Function function);
  Type macro_type(Op op, NodeId id, const Type& element);
  Type element_of(NodeId id);
  void expect_truth(NodeId id, std::string_view who);
  Meaning overloaded(NodeId id, Function function);
  void read_literal(NodeId id, Function function);
  void read_pattern(NodeId id, Meaning& meaning);

  /// Reports, and gives a meaning of type dyn.
  Meaning refuse(Position where, std::string message, std::string hint = {});
  void report(Position where, std::string message, std::string hint = {});
  [[nodiscard]] const Node& node(NodeId id) const { return tree_.node(id); }
  [[nodiscard]] const Type& type(NodeId id) const { return tree_.meaning(id).type; }
  /// A constant's value, whether written as a literal or declared; nullptr for anything else.
  [[nodiscard]] const Value* constant(NodeId id) const;

  std::string_view file_;
  const Environment& environment_;
  Tree& tree_;
  base::Diagnostics& diagnostics_;
  std::vector<Variable> variables_;  ///< innermost last
};

/// A meaning of `op`, computed from the node's inputs.
inline Meaning means(Op op, const Type& type) { return {op, type}; }

}  // namespace tally::cel
