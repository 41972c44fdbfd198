// The judge's operators: arithmetic, order, equality, && and ||, with the reasons of what is not known.
#pragma once

#include "policy/cel/checker.h"
#include "tests/unit/policy/cel/reference_functions.h"

namespace tally::cel::test {

class ReferenceOperators {
 protected:
  ReferenceOperators(const Tree& tree, std::set<std::string> shared)
      : tree_(tree), syntax_(tree.syntax), shared_(std::move(shared)) {}

  static Cell unknown(std::set<Why> why) { return {{}, std::move(why)}; }
  Cell error(NodeId id) const { return unknown({{ReasonKind::error, source(id)}}); }
  /// The node's text on one line: each run of spaces and line ends is one space.
  std::string source(NodeId id) const {
    std::string text;
    bool pending = false;
    for (const char c : syntax_.source(id)) {
      const bool space = std::string_view(" \t\r\n").find(c) != std::string_view::npos;
      if (pending && !space) text += ' ';
      pending = space;
      if (!space) text += c;
    }
    return text;
  }
  void names_under(NodeId id, std::set<std::string>& names) const {
    const Meaning& meaning = tree_.meaning(id);
    if (meaning.op == Op::fact && shared_.count(tree_.facts[meaning.place]) == 0) {
      names.insert(tree_.facts[meaning.place]);
    }
    for (const NodeId operand : tree_.operands(id)) names_under(operand, names);
  }
  std::string subject(NodeId id) const {
    std::set<std::string> names;
    names_under(id, names);
    return names.size() == 1 ? *names.begin() : source(id);
  }
  [[nodiscard]] bool may_fail(NodeId id) const { return tree_.meaning(id).may_fail; }
  [[nodiscard]] bool surely_truth(NodeId id) const {
    return !may_fail(id) && tree_.meaning(id).type == Type::boolean();
  }
  [[nodiscard]] NodeId input(NodeId id, std::size_t n) const { return syntax_.nodes[id].inputs[n]; }

  Cell decide(NodeId id, const std::vector<Cell>& cells, bool decisive) const {
    std::set<Why> why;
    for (const Cell& cell : cells) {
      if (cell.get<bool>() != nullptr && *cell.get<bool>() == decisive) return {decisive};
      why = both(why, cell.known() && cell.get<bool>() == nullptr ? error(id).why : cell.why);
    }
    return why.empty() ? Cell{!decisive} : unknown(why);
  }

  Cell negate(NodeId id, const Cell& given) const {
    if (const auto* real = given.get<double>()) return {-*real};
    const auto* number = given.get<std::int64_t>();
    return number == nullptr ? error(id) : whole<std::int64_t>(id, -static_cast<long double>(*number));
  }
  /// A result that is exact in 64 bits of mantissa, or an error.
  template <class Int>
  Cell whole(NodeId id, long double exact) const {
    if (exact < static_cast<long double>(std::numeric_limits<Int>::min()) ||
        exact > static_cast<long double>(std::numeric_limits<Int>::max())) {
      return error(id);
    }
    return {static_cast<Int>(exact)};
  }
  template <class Int>
  Cell integers(NodeId id, Int a, Int b) const {
    const Op op = syntax_.nodes[id].op;
    const auto x = static_cast<long double>(a), y = static_cast<long double>(b);
    if (op == Op::add) return whole<Int>(id, x + y);
    if (op == Op::subtract) return whole<Int>(id, x - y);
    if (op == Op::multiply) return whole<Int>(id, x * y);
    if (b == 0) return error(id);
    const Cell quotient = whole<Int>(id, std::trunc(x / y));
    if (op == Op::divide || !quotient.known()) return quotient;
    return whole<Int>(id, std::fmod(x, y));
  }
  Cell arithmetic(NodeId id, const Cell& a, const Cell& b) const {
    const Op op = syntax_.nodes[id].op;
    if (a.get<Span>() != nullptr && b.get<Span>() != nullptr) return times(id, a, b);
    if (a.data.index() != b.data.index()) return error(id);
    if (const auto* x = a.get<std::int64_t>()) return integers(id, *x, *b.get<std::int64_t>());
    if (const auto* x = a.get<std::uint64_t>()) return integers(id, *x, *b.get<std::uint64_t>());
    if (const auto* x = a.get<double>(); x != nullptr && op != Op::modulo) {
      const double y = *b.get<double>();
      return {op == Op::add ? *x + y : op == Op::subtract ? *x - y : op == Op::multiply ? *x * y : *x / y};
    }
    if (op != Op::add) return error(id);
    if (const auto* x = a.get<std::string>()) return {*x + *b.get<std::string>()};
    if (const auto* x = a.get<Octets>()) return {Octets{x->bytes + b.get<Octets>()->bytes}};
    const auto* x = a.get<std::vector<Cell>>();
    if (x == nullptr) return error(id);
    std::vector<Cell> all = *x;
    for (const Cell& cell : *b.get<std::vector<Cell>>()) all.push_back(cell);
    return {all};
  }
  std::set<Why> never(NodeId id, const Span& x, const Span& y) const {
    std::set<Why> why;
    if (x.never()) why.insert({ReasonKind::never, subject(input(id, 0))});
    if (y.never()) why.insert({ReasonKind::never, subject(input(id, 1))});
    return why;
  }
  Cell times(NodeId id, const Cell& a, const Cell& b) const {
    const Op op = syntax_.nodes[id].op;
    const Span x = *a.get<Span>(), y = *b.get<Span>();
    const bool sum = op == Op::add, moment = a.timestamp != b.timestamp;
    if (!sum && op != Op::subtract) return error(id);
    if (sum ? a.timestamp && b.timestamp : b.timestamp && !a.timestamp) return error(id);
    if (const auto why = never(id, x, y); !why.empty()) return unknown(why);
    const auto low = bound(x.low, sum ? y.low : y.high, sum, moment, kOpenLow);
    const auto high = bound(x.high, sum ? y.high : y.low, sum, moment, kOpenHigh);
    return low && high ? Cell{Span{*low, *high}, {}, moment} : error(id);
  }
  /// An open end stays open; nothing beyond the years 1 to 9999, or 64 bits of nanoseconds for a duration.
  static std::optional<Nanoseconds> bound(Nanoseconds a, Nanoseconds b, bool sum, bool moment, Nanoseconds end) {
    for (const Nanoseconds given : {a, b}) {
      if (given == kOpenLow || given == kOpenHigh) return end;
    }
    const Nanoseconds exact = sum ? a + b : a - b;
    if (moment) return exact < kFirst || exact > kLast ? std::nullopt : std::optional(exact);
    return exact < INT64_MIN || exact > INT64_MAX ? std::nullopt : std::optional(exact);
  }

  Cell order(NodeId id, const Cell& a, const Cell& b) const {
    const Op op = syntax_.nodes[id].op;
    const auto holds = [&](std::partial_ordering order) {
      switch (op) {
        case Op::less: return order < 0;
        case Op::less_equal: return order <= 0;
        case Op::greater: return order > 0;
        default: return order >= 0;
      }
    };
    if (a.number() && b.number()) return {holds(order_of_numbers(a, b))};
    if (a.data.index() != b.data.index() || a.timestamp != b.timestamp) return error(id);
    if (const auto* x = a.get<bool>()) return {holds(*x <=> *b.get<bool>())};
    if (const auto* x = a.get<std::string>()) return {holds(*x <=> *b.get<std::string>())};
    if (const auto* x = a.get<Octets>()) return {holds(x->bytes <=> b.get<Octets>()->bytes)};
    const auto *x = a.get<Span>(), *y = b.get<Span>();
    if (x == nullptr) return error(id);
    if (const auto why = never(id, *x, *y); !why.empty()) return unknown(why);
    std::set<bool> possible;  // decided when every pair of moments that is possible gives the same
    for (const Nanoseconds left : {x->low, x->high}) {
      for (const Nanoseconds right : {y->low, y->high}) possible.insert(holds(left <=> right));
    }
    return possible.size() == 1 ? Cell{*possible.begin()} : unknown({imprecise(id, *x)});
  }
  Why imprecise(NodeId id, const Span& left) const {
    return {ReasonKind::imprecise, subject(input(id, left.low == left.high ? 1 : 0))};
  }

  Cell equality(NodeId id, const Cell& a, const Cell& b) const {
    const Cell equal = compared(id, a, b);
    if (!equal.known() || syntax_.nodes[id].op == Op::equal) return equal;
    return {!*equal.get<bool>()};
  }
  /// CEL's equality of two values, which may hold unknown ones.
  Cell compared(NodeId id, const Cell& a, const Cell& b) const {
    if (!a.known() || !b.known()) return unknown(both(a.why, b.why));
    if (a.number() && b.number()) return {order_of_numbers(a, b) == 0};
    if (a.data.index() != b.data.index() || a.timestamp != b.timestamp) return {false};
    if (const auto* x = a.get<std::vector<Cell>>()) return all_equal(id, *x, *b.get<std::vector<Cell>>());
    if (const auto* x = a.get<Entries>()) {
      const Entries& y = *b.get<Entries>();
      const Cell keys = all_equal(id, x->keys, y.keys);
      return *keys.get<bool>() ? all_equal(id, x->values, y.values) : keys;
    }
    const auto *x = a.get<Span>(), *y = b.get<Span>();
    if (x == nullptr) return {same(a, b)};
    if (x->never() || y->never()) return {x->never() == y->never()};
    if (x->high < y->low || y->high < x->low) return {false};
    if (x->low == x->high && y->low == y->high) return {true};
    return unknown({imprecise(id, *x)});
  }
  Cell all_equal(NodeId id, const std::vector<Cell>& a, const std::vector<Cell>& b) const {
    std::vector<Cell> pairs;
    if (a.size() != b.size()) return {false};
    for (std::size_t i = 0; i < a.size(); ++i) pairs.push_back(compared(id, a[i], b[i]));
    return decide(id, pairs, false);
  }

  const Tree& tree_;
  const Syntax& syntax_;
  std::set<std::string> shared_;
};

}  // namespace tally::cel::test
