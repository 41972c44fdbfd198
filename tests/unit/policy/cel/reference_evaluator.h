// The judge: a naive evaluator, row by row over the syntax tree with boxed values, written from the definitions and
// sharing nothing with the columnar evaluator but the parser. Slow and plain on purpose.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "policy/cel/answer.h"
#include "policy/cel/interval.h"
#include "policy/cel/limits.h"
#include "policy/cel/syntax.h"
#include "policy/cel/value.h"

namespace tally::cel::test {

/// A reason without its sentence: what kind, and about which fact or expression.
struct Why {
  ReasonKind kind;
  std::string about;
  friend auto operator<=>(const Why&, const Why&) = default;
};

struct Span {
  std::int64_t low, high;  ///< low > high: never
  friend bool operator==(const Span&, const Span&) = default;
};

/// A value of one row; not known when `why` is not empty.
struct Cell {
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Span, std::vector<Cell>> data;
  std::set<Why> why;
  bool timestamp = false;  ///< of a Span: a timestamp, else a duration
  [[nodiscard]] bool known() const { return why.empty(); }
};
inline bool same(const Cell& a, const Cell& b) {
  return std::visit(
      [](const auto& x, const auto& y) {
        using X = std::decay_t<decltype(x)>;
        if constexpr (!std::is_same_v<X, std::decay_t<decltype(y)>>)
          return false;
        else if constexpr (std::is_same_v<X, std::vector<Cell>>)
          return false;
        else
          return x == y;
      },
      a.data, b.data);
}

class Reference {
 public:
  using Row = std::map<std::string, Cell>;

  /// `shared` names are the same for all rows: reasons are not about them.
  Reference(const Syntax& syntax, Row row, std::set<std::string> shared)
      : syntax_(syntax), row_(std::move(row)), shared_(std::move(shared)) {}
  Cell run() { return eval(syntax_.root); }

 private:
  static Cell unknown(std::set<Why> why) { return {{}, std::move(why), false}; }
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
  static std::set<Why> both(const std::set<Why>& a, const std::set<Why>& b) {
    std::set<Why> all = a;
    all.insert(b.begin(), b.end());
    return all;
  }
  static bool has_error(const std::set<Why>& why) {
    for (const Why& one : why) {
      if (one.kind == ReasonKind::error) return true;
    }
    return false;
  }

  std::string dotted(NodeId id) const {
    const Node& node = syntax_.nodes[id];
    return node.op == Op::select ? dotted(node.inputs[0]) + "." + node.name : node.name;
  }
  void names_under(NodeId id, std::set<std::string>& names) const {
    const Node& node = syntax_.nodes[id];
    if (node.op == Op::name || node.op == Op::select) {
      const std::string name = dotted(id);
      if (row_.count(name) != 0 && shared_.count(name) == 0) names.insert(name);
      return;
    }
    for (const NodeId input : node.inputs) names_under(input, names);
  }
  std::string subject(NodeId id) const {
    std::set<std::string> names;
    names_under(id, names);
    return names.size() == 1 ? *names.begin() : source(id);
  }

  Cell eval(NodeId id) {
    const Node& node = syntax_.nodes[id];
    switch (node.op) {
      case Op::constant: return boxed(node.literal);
      case Op::name:
      case Op::select: return named(id);
      case Op::any_of: return logic(node.inputs, true);
      case Op::all_of: return logic(node.inputs, false);
      case Op::conditional: return conditional(node);
      case Op::list: return list(node);
      case Op::in: return in(id);
      case Op::call:
      case Op::method: return call(id);
      default: break;
    }
    std::vector<Cell> inputs;
    std::set<Why> why;
    for (const NodeId input : node.inputs) {
      inputs.push_back(eval(input));
      why = both(why, inputs.back().why);
    }
    if (!why.empty()) return unknown(why);
    if (node.op == Op::logical_not) return {!std::get<bool>(inputs[0].data), {}, false};
    if (node.op == Op::negate) return negate(id, inputs[0]);
    if (node.op == Op::index) return index(id, inputs[0], inputs[1]);
    if (node.op >= Op::equal) return compare(id, node.op, inputs[0], inputs[1]);
    return arithmetic(id, inputs[0], inputs[1]);
  }

 public:
  static Cell boxed(const Value& value) {
    Cell cell;
    if (value.type() == Type::boolean()) cell.data = value.as<bool>();
    if (value.type() == Type::integer()) cell.data = value.as<std::int64_t>();
    if (value.type() == Type::uinteger()) cell.data = value.as<std::uint64_t>();
    if (value.type() == Type::real()) cell.data = value.as<double>();
    if (value.type() == Type::string()) cell.data = value.as<std::string>();
    if (value.type() == Type::duration())
      cell.data = Span{value.as<base::Duration>().count(), value.as<base::Duration>().count()};
    if (value.type() == Type::timestamp()) {
      const auto bounds = value.as<base::Bounds>();
      cell.data = Span{bounds.earliest.time_since_epoch().count(), bounds.latest.time_since_epoch().count()};
      cell.timestamp = true;
    }
    return cell;
  }

 private:
  Cell named(NodeId id) {
    const std::string name = dotted(id);
    if (const auto variable = variables_.find(name); variable != variables_.end()) return variable->second;
    return name == "never" ? boxed(Value::moment(kNever)) : row_.at(name);
  }

  Cell logic(const std::vector<NodeId>& sides, bool decisive) {
    std::vector<Cell> cells;
    for (const NodeId side : sides) cells.push_back(eval(side));
    return decide(cells, decisive);
  }
  static Cell decide(const std::vector<Cell>& cells, bool decisive) {
    std::set<Why> why;
    for (const Cell& cell : cells) {
      if (cell.known() && std::get<bool>(cell.data) == decisive) return {decisive, {}, false};
      why = both(why, cell.why);
    }
    return why.empty() ? Cell{!decisive, {}, false} : unknown(why);
  }

  Cell conditional(const Node& node) {
    const Cell condition = eval(node.inputs[0]);
    if (condition.known()) return eval(node.inputs[std::get<bool>(condition.data) ? 1 : 2]);
    const Cell yes = eval(node.inputs[1]), no = eval(node.inputs[2]);
    if (yes.known() && no.known() && !has_error(condition.why) && same(yes, no)) return yes;
    return unknown(both(condition.why, both(yes.why, no.why)));
  }

  Cell list(const Node& node) {
    std::vector<Cell> cells;
    for (const NodeId input : node.inputs) cells.push_back(eval(input));
    return {cells, {}, false};
  }
  Cell in(NodeId id) {
    const Cell value = eval(syntax_.nodes[id].inputs[0]), list = eval(syntax_.nodes[id].inputs[1]);
    if (!list.known()) return list;
    std::vector<Cell> equal;
    for (const Cell& element : std::get<std::vector<Cell>>(list.data)) {
      const std::set<Why> why = both(value.why, element.why);
      equal.push_back(why.empty() ? compare(id, Op::equal, value, element) : unknown(why));
    }
    if (equal.empty() && has_error(value.why)) return value;
    return decide(equal, true);
  }
  Cell index(NodeId id, const Cell& list, const Cell& position) const {
    const auto& cells = std::get<std::vector<Cell>>(list.data);
    const std::int64_t n = std::get<std::int64_t>(position.data);
    return n < 0 || n >= static_cast<std::int64_t>(cells.size()) ? error(id) : cells[static_cast<std::size_t>(n)];
  }

  Cell negate(NodeId id, const Cell& given) const {
    if (const auto* real = std::get_if<double>(&given.data)) return {-*real, {}, false};
    return whole<std::int64_t>(id, -static_cast<long double>(std::get<std::int64_t>(given.data)));
  }
  /// A 64-bit result that was computed exactly (a long double has 64 bits of mantissa), or an overflow.
  template <class Int>
  Cell whole(NodeId id, long double exact) const {
    if (exact < static_cast<long double>(std::numeric_limits<Int>::min()) ||
        exact > static_cast<long double>(std::numeric_limits<Int>::max())) {
      return error(id);
    }
    return {static_cast<Int>(exact), {}, false};
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
    if (const auto* x = std::get_if<std::int64_t>(&a.data)) return integers(id, *x, std::get<std::int64_t>(b.data));
    if (const auto* x = std::get_if<std::uint64_t>(&a.data)) return integers(id, *x, std::get<std::uint64_t>(b.data));
    if (const auto* x = std::get_if<std::string>(&a.data)) return {*x + std::get<std::string>(b.data), {}, false};
    if (const auto* x = std::get_if<double>(&a.data)) {
      const double y = std::get<double>(b.data);
      return {op == Op::add ? *x + y : op == Op::subtract ? *x - y : op == Op::multiply ? *x * y : *x / y, {}, false};
    }
    return times(id, a, b);
  }
  Cell times(NodeId id, const Cell& a, const Cell& b) const {
    const Node& node = syntax_.nodes[id];
    const Span x = std::get<Span>(a.data), y = std::get<Span>(b.data);
    std::set<Why> why;
    if (x.low > x.high) why.insert({ReasonKind::never, subject(node.inputs[0])});
    if (y.low > y.high) why.insert({ReasonKind::never, subject(node.inputs[1])});
    if (!why.empty()) return unknown(why);
    const bool sum = node.op == Op::add, moment = a.timestamp != b.timestamp;
    const auto low = bound(x.low, sum ? y.low : y.high, sum, moment, Interval::kOpenLow);
    const auto high = bound(x.high, sum ? y.high : y.low, sum, moment, Interval::kOpenHigh);
    return low && high ? Cell{Span{*low, *high}, {}, moment} : error(id);
  }
  /// An open end stays open; nothing beyond the years 1 to 9999, or 292 years for a duration.
  static std::optional<std::int64_t> bound(std::int64_t a, std::int64_t b, bool sum, bool moment, std::int64_t end) {
    for (const std::int64_t given : {a, b}) {
      if (given == Interval::kOpenLow || given == Interval::kOpenHigh) return end;
    }
    const auto exact = sum ? static_cast<long double>(a) + static_cast<long double>(b)
                           : static_cast<long double>(a) - static_cast<long double>(b);
    const auto least =
        static_cast<long double>(moment ? kEarliestTimestampMicroseconds : -kMaximumDurationMicroseconds);
    const auto most = static_cast<long double>(moment ? kLatestTimestampMicroseconds : kMaximumDurationMicroseconds);
    if (exact < least || exact > most) return std::nullopt;
    return static_cast<std::int64_t>(exact);
  }

  static bool holds(Op op, int order) {
    switch (op) {
      case Op::less: return order < 0;
      case Op::less_equal: return order <= 0;
      case Op::greater: return order > 0;
      case Op::greater_equal: return order >= 0;
      case Op::not_equal: return order != 0;
      default: return order == 0;
    }
  }
  Cell compare(NodeId id, Op op, const Cell& a, const Cell& b) const {
    if (std::holds_alternative<Span>(a.data)) return compare_times(id, op, a, b);
    for (const Cell* cell : {&a, &b}) {  // IEEE 754: not a number is unequal to everything
      const auto* real = std::get_if<double>(&cell->data);
      if (real != nullptr && std::isnan(*real)) return {op == Op::not_equal, {}, false};
    }
    const int order = std::visit(
        [](const auto& x, const auto& y) -> int {
          if constexpr (std::is_same_v<decltype(x), decltype(y)> && requires { x < y; } &&
                        !std::is_same_v<std::decay_t<decltype(x)>, std::vector<Cell>>) {
            return x < y ? -1 : (y < x ? 1 : 0);
          } else {
            return 2;
          }
        },
        a.data, b.data);
    return {holds(op, order), {}, false};
  }
  /// Decided when every pair of moments that is possible gives the same.
  Cell compare_times(NodeId id, Op op, const Cell& a, const Cell& b) const {
    const Node& node = syntax_.nodes[id];
    const Span x = std::get<Span>(a.data), y = std::get<Span>(b.data);
    const bool x_never = x.low > x.high, y_never = y.low > y.high;
    const bool equality = op == Op::equal || op == Op::not_equal;
    if (equality && (x_never || y_never)) return {(x_never == y_never) == (op == Op::equal), {}, false};
    std::set<Why> why;
    if (x_never) why.insert({ReasonKind::never, subject(node.inputs[0])});
    if (y_never) why.insert({ReasonKind::never, subject(node.inputs[1])});
    if (!why.empty()) return unknown(why);
    std::set<bool> possible;
    for (const std::int64_t left : {x.low, x.high}) {
      for (const std::int64_t right : {y.low, y.high}) possible.insert(holds(op, left < right ? -1 : left > right));
    }
    if (equality && x.low <= y.high && y.low <= x.high) possible.insert(op == Op::equal);
    if (possible.size() == 1) return {*possible.begin(), {}, false};
    return unknown({{ReasonKind::imprecise, subject(x.low == x.high ? node.inputs[1] : node.inputs[0])}});
  }

  Cell call(NodeId id) {
    const Node& node = syntax_.nodes[id];
    const std::string& name = node.name;
    if (name == "exists" || name == "all") return fold(node);
    const Cell first = eval(node.inputs[0]);
    if (name == "duration") return boxed(Value::span(*parse_duration(std::get<std::string>(first.data))));
    if (name == "timestamp") return boxed(Value::moment(*base::parse_instant(std::get<std::string>(first.data))));
    const Cell second = node.inputs.size() > 1 ? eval(node.inputs[1]) : Cell{};
    if (const auto why = both(first.why, second.why); !why.empty()) return unknown(why);
    if (const auto* list = std::get_if<std::vector<Cell>>(&first.data))
      return {static_cast<std::int64_t>(list->size()), {}, false};
    return text(name, std::get<std::string>(first.data), second);
  }
  static Cell text(const std::string& name, const std::string& text, const Cell& argument) {
    if (name == "size") {
      std::int64_t count = 0;
      for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      return {count, {}, false};
    }
    if (name == "lowerAscii") {
      std::string lower = text;
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      return {lower, {}, false};
    }
    const std::string& part = std::get<std::string>(argument.data);
    if (name == "matches") return {std::regex_search(text, std::regex(part)), {}, false};
    if (name == "contains") return {text.find(part) != std::string::npos, {}, false};
    if (name == "startsWith") return {text.rfind(part, 0) == 0, {}, false};
    return {text.size() >= part.size() && text.compare(text.size() - part.size(), part.size(), part) == 0, {}, false};
  }
  Cell fold(const Node& node) {
    const Cell list = eval(node.inputs[0]);
    if (!list.known()) return list;
    const std::string variable = syntax_.nodes[node.inputs[1]].name;
    const auto outer = variables_;
    std::vector<Cell> cells;
    for (const Cell& element : std::get<std::vector<Cell>>(list.data)) {
      variables_[variable] = element;
      cells.push_back(eval(node.inputs[2]));
    }
    variables_ = outer;
    return decide(cells, node.name == "exists");
  }

  const Syntax& syntax_;
  Row row_;
  std::set<std::string> shared_;
  std::map<std::string, Cell> variables_;
};

}  // namespace tally::cel::test
