#include "policy/cel/reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace tally::cel {
namespace {

std::size_t mix(std::size_t seed, std::uint64_t value) {
  return (seed ^ static_cast<std::size_t>(value)) * 0x9E3779B97F4A7C15ULL + (seed >> 29);
}

/// In the words of cel-spec's conformance tests where they have some.
std::string sentence(Failure failure, std::string_view detail) {
  switch (failure) {
    case Failure::overflow: return "overflow: the result does not fit its type";
    case Failure::divided_by_zero: return "divide by zero";
    case Failure::modulus_by_zero: return "modulus by zero";
    case Failure::index: return "index out of bounds: the list has no element at that position";
    case Failure::time_range: return "the result is out of the range of times";
    case Failure::no_overload: return "no such overload";
    case Failure::no_key: return fmt::format("no such key: {}", detail);
    case Failure::undeclared: return fmt::format("undeclared reference to {}", detail);
    case Failure::no_field: return fmt::format("type '{}' does not support field selection", detail);
    case Failure::conversion:
    case Failure::map: return std::string(detail);
    case Failure::pattern: return fmt::format("the pattern cannot be read: {}", detail);
    case Failure::zone: return fmt::format("unknown time zone '{}'", detail);
    case Failure::too_long: return "it takes too many steps";
    case Failure::none: break;
  }
  return "";
}

}  // namespace

std::string_view to_string(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::missing: return "missing";
    case ReasonKind::imprecise: return "imprecise";
    case ReasonKind::never: return "never";
    case ReasonKind::error: break;
  }
  return "error";
}

std::size_t ReasonPool::AtomHash::operator()(const Atom& atom) const noexcept {
  std::size_t seed = mix(static_cast<std::size_t>(atom.kind) * 8 + static_cast<std::size_t>(atom.failure), atom.place);
  seed = mix(seed, atom.why.valid() ? atom.why.index() : ~std::uint64_t{0});
  for (const std::int64_t bound : {atom.left.low, atom.left.high, atom.right.low, atom.right.high}) {
    seed = mix(seed, static_cast<std::uint64_t>(bound));
  }
  return seed;
}

std::size_t ReasonPool::SetHash::operator()(const Set& set) const noexcept {
  std::size_t seed = set.atoms.size();
  for (const std::uint32_t atom : set.atoms) seed = mix(seed, atom);
  return seed;
}

ReasonPool::ReasonPool(std::shared_ptr<const Tree> tree)
    : tree_(std::move(tree)), is_shared_(tree_->facts.size(), false) {
  intern({});
}

ReasonSetId ReasonPool::intern(Set set) {
  const auto [found, fresh] = by_set_.emplace(std::move(set), static_cast<ReasonSetId>(sets_.size()));
  if (fresh) sets_.push_back(found->first);
  return found->second;
}

ReasonSetId ReasonPool::single(const Atom& atom) {
  const auto found = by_atom_.find(atom);
  if (found != by_atom_.end()) return found->second;
  atoms_.push_back(atom);
  const auto set =
      static_cast<ReasonSetId>(sets_.size());  // new, as its atom is: no look-up, and merge() makes no such set
  sets_.push_back({{static_cast<std::uint32_t>(atoms_.size() - 1)}});
  by_atom_.emplace(atom, set);
  return set;
}

ReasonSetId ReasonPool::missing(std::uint32_t fact, std::string_view why) {
  return single({ReasonKind::missing, Failure::none, fact, texts_.intern(why), {}, {}});
}

ReasonSetId ReasonPool::imprecise(NodeId step, const Interval& left, const Interval& right) {
  return single({ReasonKind::imprecise, Failure::none, step, {}, left, right});
}

ReasonSetId ReasonPool::never(NodeId operand) {
  return single({ReasonKind::never, Failure::none, operand, {}, {}, {}});
}

ReasonSetId ReasonPool::error(NodeId node, Failure failure, std::string_view detail) {
  return single({ReasonKind::error, failure, node, detail.empty() ? base::TextId{} : texts_.intern(detail), {}, {}});
}

ReasonSetId ReasonPool::merge_different(ReasonSetId a, ReasonSetId b) {
  const std::uint64_t pair = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
  if (const auto found = merged_.find(pair); found != merged_.end()) return found->second;
  Set both;
  std::set_union(sets_[a].atoms.begin(), sets_[a].atoms.end(), sets_[b].atoms.begin(), sets_[b].atoms.end(),
                 std::back_inserter(both.atoms));
  const ReasonSetId result = intern(std::move(both));
  merged_.emplace(pair, result);
  return result;
}

std::vector<Reason> ReasonPool::reasons(ReasonSetId set) const {
  std::vector<Reason> reasons;
  for (const std::uint32_t atom : sets_[set].atoms) reasons.push_back(spell(atoms_[atom]));
  const auto key = [](const Reason& reason) { return std::tie(reason.fact, reason.kind, reason.sentence); };
  std::sort(reasons.begin(), reasons.end(), [&](const Reason& a, const Reason& b) { return key(a) < key(b); });
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  return reasons;
}

/// The facts under a node that differ from row to row, each once.
void ReasonPool::collect_facts(NodeId node, std::vector<std::string_view>& facts) const {
  const Meaning& meaning = tree_->meaning(node);
  if (meaning.op == Op::fact && !is_shared_[meaning.place] &&
      std::find(facts.begin(), facts.end(), tree_->facts[meaning.place]) == facts.end()) {
    facts.emplace_back(tree_->facts[meaning.place]);
  }
  for (const NodeId operand : tree_->operands(node)) collect_facts(operand, facts);
}

/// The one fact that a node reads; its text when it reads none or several.
std::string ReasonPool::subject(NodeId node) const {
  std::vector<std::string_view> facts;
  collect_facts(node, facts);
  return facts.size() == 1 ? std::string(facts.front()) : source(node);
}

/// The text of a node on one line.
std::string ReasonPool::source(NodeId node) const {
  std::string text;
  for (const char c : tree_->syntax.source(node)) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!space || (!text.empty() && text.back() != ' ')) text.push_back(space ? ' ' : c);
  }
  return text;
}

Reason ReasonPool::spell(const Atom& atom) const {
  if (atom.kind == ReasonKind::imprecise) return spell_imprecise(atom);
  if (atom.kind == ReasonKind::missing) {
    const std::string& fact = tree_->facts[atom.place];
    const std::string_view why = texts_.view(atom.why);
    return {atom.kind, fact, why.empty() ? fact + " is not known" : fmt::format("{} is not known: {}", fact, why)};
  }
  const std::string text = source(atom.place);
  if (atom.kind == ReasonKind::never) {
    return {atom.kind, subject(atom.place),
            fmt::format("{} is never, and the rule does not say what never means", text)};
  }
  const Position position = tree_->node(atom.place).position;
  return {atom.kind, text,
          fmt::format("the rule failed at {}:{}, in {}: {}", position.line, position.column, text,
                      sentence(atom.failure, atom.why.valid() ? texts_.view(atom.why) : std::string_view{}))};
}

Reason ReasonPool::spell_imprecise(const Atom& atom) const {
  const std::vector<NodeId> operands = tree_->operands(atom.place);
  NodeId left = operands.front(), right = operands.back();
  Interval a = atom.left, b = atom.right;
  const Kind kind = tree_->meaning(left).type.kind == Kind::duration ? Kind::duration : Kind::timestamp;
  if (a == b && tree_->meaning(atom.place).op == Op::call) {
    return {atom.kind, subject(left),
            fmt::format("{} {}, which leaves {} open", source(left), describe(a, kind), source(atom.place))};
  }
  const bool swap = a.exact();  // the imprecise side is the subject, the exact side the rule's limit
  if (swap) {
    std::swap(left, right);
    std::swap(a, b);
  }
  Reason reason{atom.kind, subject(left), fmt::format("{} {}; ", source(left), describe(a, kind))};
  if (b.exact()) {
    reason.sentence += fmt::format("the rule's limit {} is inside", format_exact(b.low, kind));
  } else {
    reason.sentence += fmt::format("{} {}, which overlaps", source(right), describe(b, kind));
  }
  return reason;
}

}  // namespace tally::cel
