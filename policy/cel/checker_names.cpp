// The checker's names (checker_scope.h): variables of macros first, then the longest declared name, then types.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/cel/checker_scope.h"

namespace tally::cel {
namespace {

constexpr std::array<Kind, 12> kTypes{Kind::null,     Kind::boolean, Kind::integer, Kind::uinteger,
                                      Kind::real,     Kind::string,  Kind::bytes,   Kind::timestamp,
                                      Kind::duration, Kind::list,    Kind::map,     Kind::type};

std::optional<Kind> named_type(std::string_view name) {
  for (const Kind kind : kTypes) {
    if (type_name(kind) == name) return kind;
  }
  return std::nullopt;
}

Meaning constant_meaning(Value value) {
  Meaning meaning = means(Op::constant, value.type());
  meaning.constant = std::move(value);
  return meaning;
}

}  // namespace

/// "account.enabled" for a chain of names and dots; empty for anything else.
std::string Checker::dotted_name(NodeId id) const {
  if (node(id).op == Op::name) return node(id).name;
  if (node(id).op != Op::select || node(id).quoted) return {};
  const std::string left = dotted_name(node(id).inputs.front());
  return left.empty() ? left : left + "." + node(id).name;
}

bool Checker::is_rooted(NodeId id) const {
  return node(id).op == Op::select ? is_rooted(node(id).inputs.front()) : node(id).rooted;
}

/// The declared names that `name` may stand for, the nearest first: within container "a.b", a.b.name, a.name, name.
std::vector<std::string> Checker::spellings(const std::string& name, bool rooted) const {
  std::vector<std::string> all;
  std::string container = rooted ? std::string() : environment_.container();
  while (!container.empty()) {
    all.push_back(container + "." + name);
    const std::size_t dot = container.rfind('.');
    container.resize(dot == std::string::npos ? 0 : dot);
  }
  all.push_back(name);
  return all;
}

std::optional<Meaning> Checker::declared(const std::string& name) {
  const Environment::Declaration* found = environment_.find(name);
  if (found == nullptr) return std::nullopt;
  if (found->constant) return constant_meaning(*found->constant);
  Meaning meaning = means(Op::fact, found->type);
  const auto place = std::find(tree_.facts.begin(), tree_.facts.end(), name);
  meaning.place = static_cast<std::uint32_t>(place - tree_.facts.begin());
  if (place == tree_.facts.end()) {
    tree_.facts.push_back(name);
    tree_.fact_types.push_back(found->type);
  }
  return meaning;
}

std::optional<Meaning> Checker::resolved(const std::string& name, bool rooted) {
  for (const std::string& spelling : spellings(name, rooted)) {
    if (auto meaning = declared(spelling)) return meaning;
  }
  if (name == "never") return constant_meaning(Value::moment(kNever));
  if (const auto kind = named_type(name)) return constant_meaning(Value::type_of(*kind));
  return std::nullopt;
}

bool Checker::some_prefix_is_declared(const std::string& name, bool rooted) {
  for (std::size_t dot = name.rfind('.'); dot != std::string::npos; dot = dot == 0 ? dot : name.rfind('.', dot - 1)) {
    const std::string prefix = name.substr(0, dot);
    for (const std::string& spelling : spellings(prefix, rooted)) {
      if (environment_.find(spelling) != nullptr) return true;
    }
    if (prefix == "never" || named_type(prefix)) return true;
  }
  return false;
}

Meaning Checker::name(NodeId id) {
  const std::string name = dotted_name(id);
  if (name.empty()) return field(id);
  const bool rooted = is_rooted(id);
  const std::string_view first = std::string_view(name).substr(0, name.find('.'));
  for (std::size_t slot = variables_.size(); slot-- > 0 && !rooted;) {
    if (variables_[slot].name == first) return variable(id, slot);
  }
  if (auto meaning = resolved(name, rooted)) return std::move(*meaning);
  if (some_prefix_is_declared(name, rooted)) return field(id);
  return unknown_name(id, name);
}

Meaning Checker::variable(NodeId id, std::size_t slot) {
  if (node(id).op == Op::select) return field(id);
  Meaning meaning = means(Op::variable, variables_[slot].type);
  meaning.place = static_cast<std::uint32_t>(slot);
  return meaning;
}

Meaning Checker::field(NodeId id) {
  const NodeId whole = node(id).inputs.front();
  const Type& given = check(whole);
  if (given.is_map()) {
    if (!compatible(given.key(), Type::string())) {
      report(node(id).position, fmt::format("the keys of a {} are not texts", given.name()));
    }
    return means(Op::select, given.value().kind == Kind::nothing ? Type::dyn() : given.value());
  }
  if (given.kind != Kind::dyn) {
    report(node(id).position, fmt::format("\"{}\" is a {} and has no field \"{}\"", tree_.syntax.source(whole),
                                          given.name(), node(id).name));
  }
  return means(Op::select, Type::dyn());
}

Meaning Checker::unknown_name(NodeId id, const std::string& name) {
  const Position where = node(id).position;
  Meaning meaning = means(Op::undeclared, Type::dyn());
  meaning.text = name;
  if (environment_.has_prefix(name)) {
    report(where, fmt::format("\"{}\" is not a fact but the start of several", name), "add a dot and a name");
    return meaning;
  }
  std::vector<std::string_view> candidates = environment_.names();
  candidates.emplace_back("never");
  for (const Variable& variable : variables_) candidates.emplace_back(variable.name);
  const std::string_view nearest = base::nearest_word(name, candidates);
  report(where, fmt::format("there is no fact or parameter \"{}\"", name),
         nearest.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", nearest));
  return meaning;
}

}  // namespace tally::cel
