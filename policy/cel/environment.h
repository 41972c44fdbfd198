// Environment: the names a rule may use. Facts have a type and a value per row; constants have a value.
//
//   Environment names;
//   names.declare_fact("account.enabled", Type::boolean());
//   names.declare_fact("account.last_sign_in", Type::timestamp());
//   names.declare_fact("now", Type::timestamp());                       // bound at evaluation, one for all rows
//   names.declare_constant("params.dormant_after", Value::span(days{45}));
//
// A name is one identifier or several with dots between; a dotted name is one fact, not a field of an object.
// Functions are the language's own (functions.h) and cannot be added.
//
// NEVER. A timestamp may be known to be "never" (an account that never signed in, never expires). A rule asks with
// the constant `never`: `account.last_sign_in == never` and `!= never` are always decided, for an exact, imprecise or
// never value alike. Every other use of a never-value (<, <=, >, >=, +, -) CANNOT TELL, with a reason of the kind
// `never`, unless the rest of the rule decides without it. Answering false both ways, as SQL's NULL would, makes a
// false all-clear of the most obvious spelling of the dormancy rule:
//
//   account.last_sign_in < now - params.dormant_after                  // an account never used would be "clear"
//
// So a rule says what never means for it, and by CEL's && and || that settles the comparison behind it:
//
//   account.last_sign_in == never || account.last_sign_in < now - params.dormant_after      // never used is dormant
//   person.ended != never && person.ended + params.grace < now                              // not leaving is not left
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/type.h"
#include "policy/cel/value.h"

namespace tally::cel {

class Environment {
 public:
  struct Declaration {
    Type type;
    std::optional<Value> constant;  ///< empty for a fact
  };

  /// Declares a fact of any type (a column holds scalars and lists of string or int; of another type a fact is bound to
  /// one value). Asserts: a valid name (is_valid_name) that is not declared yet and is not `never`.
  void declare_fact(std::string name, Type type);
  /// Declares a constant; the same demands on the name.
  void declare_constant(std::string name, Value value);

  /// Names are looked up within `container` first ("a.b": a.b.name, a.name, name); cel-spec, langdef.md, "Name
  /// Resolution". Rules have none.
  void set_container(std::string container) { container_ = std::move(container); }
  [[nodiscard]] const std::string& container() const { return container_; }

  /// True when `name` may be declared: identifiers [_a-zA-Z][_a-zA-Z0-9]* with dots between, none of them reserved
  /// (cel-spec, langdef.md, "Syntax": RESERVED). For names that people choose, such as a pack's parameters.
  static bool is_valid_name(std::string_view name);

  [[nodiscard]] const Declaration* find(std::string_view name) const;
  /// True when some declared name starts with `prefix` and a dot.
  [[nodiscard]] bool has_prefix(std::string_view prefix) const;
  /// All declared names, sorted; views into this environment.
  [[nodiscard]] std::vector<std::string_view> names() const;

 private:
  void declare(std::string name, Declaration declaration);

  std::map<std::string, Declaration, std::less<>> declarations_;
  std::string container_;
};

}  // namespace tally::cel
