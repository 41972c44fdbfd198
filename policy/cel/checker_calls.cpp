// The checker's functions and macros (checker_scope.h).
#include <fmt/format.h>

#include <algorithm>

#include "policy/cel/calendar.h"
#include "policy/cel/checker_scope.h"
#include "policy/cel/limits.h"
#include "policy/cel/pattern.h"

namespace tally::cel {
namespace {

/// The functions that have an Op, because columns have a step for them.
Op op_of(Function function) {
  switch (function) {
    case Function::size: return Op::size;
    case Function::contains: return Op::contains;
    case Function::starts_with: return Op::starts_with;
    case Function::ends_with: return Op::ends_with;
    case Function::matches: return Op::matches;
    case Function::lower_ascii: return Op::lower_ascii;
    case Function::exists: return Op::exists;
    case Function::all: return Op::all;
    case Function::exists_one: return Op::exists_one;
    case Function::filter: return Op::filter;
    case Function::map: return Op::transform;
    default: return Op::call;
  }
}

bool is_open(const Type& type) { return type.kind == Kind::dyn || type.kind == Kind::nothing; }

bool takes(const Overload& overload, std::size_t argument, const Type& given) {
  const Kind wanted = overload.arguments[argument];
  return wanted == given.kind || (wanted != Kind::nothing && (wanted == Kind::dyn || is_open(given)));
}

std::string word(Kind kind) {
  if (kind == Kind::list) return "list";
  return kind == Kind::map ? "map" : Type::of(kind).name();
}

std::string count(std::size_t least, std::size_t most) {
  if (least != most) return fmt::format("{} or {} arguments", least, most);
  return least == 1 ? "1 argument" : fmt::format("{} arguments", least);
}

}  // namespace

Meaning Checker::call(NodeId id) {
  const FunctionInfo* found = find_function(node(id).name);
  const bool method = node(id).op == Op::method;
  if (found == nullptr) return unknown_function(id);
  if (!(method ? found->method : found->global)) return wrong_form(id, *found);
  const std::size_t given = node(id).inputs.size(), receiver = method ? 1 : 0;
  if (given < found->least || given > found->most) {
    for (const NodeId input : node(id).inputs) {
      if (!is_macro(found->function)) check(input);
    }
    const std::size_t least = found->least - std::min(found->least, receiver), most = found->most - receiver;
    return refuse(node(id).position,
                  fmt::format("{} takes {}, not {}", found->name, count(least, most), given - receiver));
  }
  if (found->function == Function::has) return has(id);
  if (is_macro(found->function)) return macro(id, found->function);
  for (const NodeId input : node(id).inputs) check(input);
  return overloaded(id, found->function);
}

Meaning Checker::unknown_function(NodeId id) {
  for (const NodeId input : node(id).inputs) check(input);
  std::vector<std::string_view> names;
  for (const FunctionInfo& info : functions()) names.push_back(info.name);
  const std::string_view nearest = base::nearest_word(node(id).name, names);
  Meaning meaning = refuse(node(id).position, fmt::format("there is no function \"{}\"", node(id).name),
                           nearest.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", nearest));
  meaning.text = node(id).name;
  return meaning;
}

Meaning Checker::wrong_form(NodeId id, const FunctionInfo& info) {
  if (info.method) {
    return refuse(node(id).position, fmt::format("{} is called on a value", info.name),
                  fmt::format("write value.{}(…)", info.name));
  }
  return refuse(node(id).position, fmt::format("{} is not called on a value", info.name),
                fmt::format("write {}(…)", info.name));
}

Meaning Checker::has(NodeId id) {
  const NodeId field = node(id).inputs.front();
  if (node(field).op != Op::select) {
    return refuse(node(field).position, "has() asks for a key of a map", "write has(map.key)");
  }
  const std::string name = dotted_name(field);
  if (!name.empty() && environment_.find(name) != nullptr && !some_prefix_is_declared(name, is_rooted(field))) {
    return refuse(node(field).position, fmt::format("\"{}\" is a fact, not a key of a map", name),
                  "a fact that is not there is unknown, and the rule's answer says so");
  }
  // The map is what stands before the last dot, even where the whole name is declared too.
  const Meaning looked_up = this->field(field);
  tree_.meanings[field] = looked_up;
  return means(Op::has, Type::boolean());
}

Meaning Checker::macro(NodeId id, Function function) {
  const std::vector<NodeId>& inputs = node(id).inputs;
  const Op op = op_of(function);
  if (node(inputs[1]).op != Op::name || node(inputs[1]).rooted) {
    return refuse(node(inputs[1]).position, fmt::format("{} takes the name of a variable first", node(id).name),
                  fmt::format("write list.{}(x, …)", node(id).name));
  }
  if (variables_.size() == kMaximumNestedFolds) {
    return refuse(node(id).position, fmt::format("macros stand more than {} deep in one another", kMaximumNestedFolds),
                  "split the rule");
  }
  check(inputs[0]);
  const Type element = element_of(id);
  variables_.push_back({node(inputs[1]).name, element});
  for (std::size_t i = 2; i < inputs.size(); ++i) check(inputs[i]);
  if (op != Op::transform || inputs.size() == 4) expect_truth(inputs[2], node(id).name);
  variables_.pop_back();
  Meaning meaning = means(op, Type::boolean());
  if (op == Op::filter) meaning.type = Type::list_of(element);
  if (op == Op::transform) meaning.type = Type::list_of(type(inputs.back()));
  meaning.place = static_cast<std::uint32_t>(variables_.size());
  return meaning;
}

/// What a macro's variable stands for: an element of the list, a key of the map.
Type Checker::element_of(NodeId id) {
  const Type whole = type(node(id).inputs[0]);
  const Type element = whole.is_list() ? whole.element() : whole.is_map() ? whole.key() : Type::dyn();
  if (!whole.is_list() && !whole.is_map() && !is_open(whole)) {
    report(node(id).position, fmt::format("{} looks at the elements of a list or the keys of a map; this is a {}",
                                          node(id).name, whole.name()));
  }
  return element.kind == Kind::nothing ? Type::dyn() : element;
}

Meaning Checker::overloaded(NodeId id, Function function) {
  const std::vector<NodeId>& inputs = node(id).inputs;
  Meaning meaning = means(op_of(function), Type::dyn());
  meaning.function = function;
  bool any = false;
  std::string wanted;
  for (const Overload* overload : overloads(function)) {
    const std::size_t arity = overload->arguments[1] == Kind::nothing ? 1 : 2;
    bool fits = arity == inputs.size();
    for (std::size_t i = 0; fits && i < arity; ++i) fits = takes(*overload, i, type(inputs[i]));
    if (fits) meaning.type = any ? joined(meaning.type, overload->result) : overload->result;
    any = any || fits;
    if (arity != inputs.size()) continue;
    if (!wanted.empty()) wanted += ", ";
    wanted += arity == 1 ? word(overload->arguments[0])
                         : fmt::format("({}, {})", word(overload->arguments[0]), word(overload->arguments[1]));
  }
  if (!any) {
    std::string given;
    for (const NodeId input : inputs) given += (given.empty() ? "" : ", ") + type(input).name();
    report(node(id).position, fmt::format("there is no {}({})", node(id).name, given),
           fmt::format("{} takes {}", node(id).name, wanted));
    return meaning;
  }
  if (function == Function::duration || function == Function::timestamp) read_literal(id, function);
  if (function == Function::matches) read_pattern(id, meaning);
  return meaning;
}

/// A length of time or a moment that is written out is read now, so that a mistake in it has a place.
void Checker::read_literal(NodeId id, Function function) {
  const NodeId argument = node(id).inputs.front();
  const Value* value = constant(argument);
  if (value == nullptr || value->kind() != Kind::string) return;
  const std::string& text = value->as<std::string>();
  if (function == Function::duration) {
    if (const auto span = parse_nanoseconds(text); !span) report(node(argument).position, span.error());
  } else if (const auto moment = parse_moment(text); !moment) {
    report(node(argument).position, moment.error());
  }
}

void Checker::read_pattern(NodeId id, Meaning& meaning) {
  const NodeId pattern = node(id).inputs.back();
  const Value* value = constant(pattern);
  if (value == nullptr || value->kind() != Kind::string) return;
  auto compiled = compile_pattern(value->as<std::string>());
  if (compiled) {
    meaning.pattern = std::move(*compiled);
  } else {
    report(node(pattern).position, fmt::format("the pattern cannot be read: {}", compiled.error()),
           "the syntax is RE2's");
  }
}

}  // namespace tally::cel
