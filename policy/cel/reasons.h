// ReasonPool: the reasons of one evaluation, each kept once; a row carries a number, not a sentence.
//
//   ReasonSetId a = pool.missing(fact, "the size limit was reached");
//   ReasonSetId both = pool.merge(a, pool.error(node, Failure::overflow));
//
// Inner to this library: answer.h shows what comes out. Sentences are made when somebody asks, not per row.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/base/text.h"
#include "policy/cel/answer.h"
#include "policy/cel/interval.h"
#include "policy/cel/meaning.h"

namespace tally::cel {

enum class Failure : std::uint8_t {
  none,
  overflow,
  divided_by_zero,
  modulus_by_zero,
  index,
  time_range,
  no_overload,
  no_key,      ///< detail: the key
  undeclared,  ///< detail: the name
  no_field,    ///< detail: the type that has none
  conversion,  ///< detail: what is wrong, in words
  map,         ///< detail: what is wrong with its keys
  pattern,     ///< detail: what RE2 says
  zone,        ///< detail: the name that is no time zone
  too_long,    ///< limits.h: kMaximumIslandSteps
};

class ReasonPool {
 public:
  explicit ReasonPool(std::shared_ptr<const Tree> tree);

  /// The fact has one value for all rows, such as `now`: sentences are about the other facts.
  void same_for_all_rows(std::uint32_t fact) { is_shared_[fact] = true; }

  /// The fact is unknown for `why` (empty: nobody says why).
  ReasonSetId missing(std::uint32_t fact, std::string_view why);
  /// The node, a comparison of `left` and `right`, is not decided by their bounds; or a function of `left` alone is not
  /// (then `right` is the same).
  ReasonSetId imprecise(NodeId node, const Interval& left, const Interval& right);
  /// `operand` of a node is never, and the node cannot do with it.
  ReasonSetId never(NodeId operand);
  ReasonSetId error(NodeId node, Failure failure, std::string_view detail = {});
  /// All reasons of both; 0 (none) is neutral.
  ReasonSetId merge(ReasonSetId a, ReasonSetId b) {
    if (a == b || b == 0) return a;
    return a == 0 ? b : merge_different(a, b);
  }

  /// Sorted by fact, kind, sentence; equal ones once.
  [[nodiscard]] std::vector<Reason> reasons(ReasonSetId set) const;

 private:
  struct Atom {
    ReasonKind kind = ReasonKind::missing;
    Failure failure = Failure::none;
    std::uint32_t place = 0;  ///< the fact's index (missing) or the node
    base::TextId why;         ///< of a missing fact; the detail of an error
    Interval left, right;
    friend bool operator==(const Atom&, const Atom&) = default;
  };
  struct AtomHash {
    std::size_t operator()(const Atom& atom) const noexcept;
  };
  struct Set {
    std::vector<std::uint32_t> atoms;  ///< ascending
    friend bool operator==(const Set&, const Set&) = default;
  };
  struct SetHash {
    std::size_t operator()(const Set& set) const noexcept;
  };

  ReasonSetId merge_different(ReasonSetId a, ReasonSetId b);
  ReasonSetId single(const Atom& atom);
  ReasonSetId intern(Set set);
  [[nodiscard]] Reason spell(const Atom& atom) const;
  [[nodiscard]] Reason spell_imprecise(const Atom& atom) const;
  [[nodiscard]] std::string subject(NodeId node) const;
  [[nodiscard]] std::string source(NodeId node) const;
  void collect_facts(NodeId node, std::vector<std::string_view>& facts) const;

  std::shared_ptr<const Tree> tree_;
  std::vector<bool> is_shared_;  ///< of the tree's facts
  base::TextPool texts_;
  std::vector<Atom> atoms_;
  std::vector<Set> sets_;  ///< sets_[0] is the empty one
  std::unordered_map<Atom, ReasonSetId, AtomHash> by_atom_;
  std::unordered_map<Set, ReasonSetId, SetHash> by_set_;
  std::unordered_map<std::uint64_t, ReasonSetId> merged_;
};

}  // namespace tally::cel
