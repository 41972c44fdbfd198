// The judge: a naive evaluator of the whole language, row by row over the syntax tree with boxed values, written from
// the definitions. It shares with the evaluators the parser and, of the checker, only what a name means and what may
// fail. Slow and plain on purpose.
#pragma once

#include <map>

#include "tests/unit/policy/cel/reference_operators.h"

namespace tally::cel::test {

class Reference : private ReferenceOperators {
 public:
  using Row = std::map<std::string, Cell>;

  /// `shared` names are the same for all rows: reasons are not about them.
  Reference(const Tree& tree, Row row, std::set<std::string> shared)
      : ReferenceOperators(tree, std::move(shared)), row_(std::move(row)) {}
  Cell run() { return eval(syntax_.root); }

 private:
  Cell eval(NodeId id) {
    const Node& node = syntax_.nodes[id];
    switch (node.op) {
      case Op::constant: return boxed(node.literal);
      case Op::name:
      case Op::select: return named(id);
      case Op::any_of: return logic(id, true);
      case Op::all_of: return logic(id, false);
      case Op::conditional: return conditional(id);
      case Op::list: return list(node);
      case Op::map: return map(id);
      case Op::in: return in(id);
      case Op::call:
      case Op::method: return call(id);
      default: break;
    }
    std::vector<Cell> inputs;
    std::set<Why> why;
    for (const NodeId each : node.inputs) {
      inputs.push_back(eval(each));
      why = both(why, inputs.back().why);
    }
    if (!why.empty()) return unknown(why);
    if (node.op == Op::logical_not) return inputs[0].get<bool>() != nullptr ? Cell{!*inputs[0].get<bool>()} : error(id);
    if (node.op == Op::negate) return negate(id, inputs[0]);
    if (node.op == Op::index) return index(id, inputs[0], inputs[1]);
    if (node.op == Op::equal || node.op == Op::not_equal) return equality(id, inputs[0], inputs[1]);
    if (node.op >= Op::less && node.op <= Op::greater_equal) return order(id, inputs[0], inputs[1]);
    return arithmetic(id, inputs[0], inputs[1]);
  }

  Cell named(NodeId id) {
    const Meaning& meaning = tree_.meaning(id);
    if (meaning.op == Op::fact) return row_.at(tree_.facts[meaning.place]);
    if (meaning.op == Op::variable) return variables_.at(syntax_.nodes[id].name);
    if (meaning.op == Op::undeclared) return error(id);
    if (meaning.op == Op::constant) return boxed(meaning.constant);
    const Cell whole = eval(input(id, 0));
    if (!whole.known()) return whole;
    const auto* map = whole.get<Entries>();
    const Cell* found = map == nullptr ? nullptr : find(*map, Cell{syntax_.nodes[id].name});
    return found == nullptr ? error(id) : *found;
  }

  Cell logic(NodeId id, bool decisive) {
    std::vector<Cell> cells;
    for (const NodeId side : syntax_.nodes[id].inputs) cells.push_back(eval(side));
    return decide(id, cells, decisive);
  }
  Cell conditional(NodeId id) {
    const Cell condition = eval(input(id, 0));
    if (const auto* known = condition.get<bool>()) return eval(input(id, *known ? 1 : 2));
    if (condition.known()) return error(id);
    const Cell yes = eval(input(id, 1)), no = eval(input(id, 2));
    if (same(yes, no) && surely_truth(input(id, 0))) return yes;
    return unknown(both(condition.why, both(yes.why, no.why)));
  }

  Cell list(const Node& node) {
    std::vector<Cell> cells;
    std::set<Why> why;
    bool doubtful = false;
    for (const NodeId each : node.inputs) {
      cells.push_back(eval(each));
      why = both(why, cells.back().why);
      doubtful = doubtful || (!cells.back().known() && may_fail(each));
    }
    return doubtful ? unknown(why) : Cell{cells};
  }
  Cell map(NodeId id) {
    std::vector<Cell> keys, values;
    std::set<Why> why;
    bool doubtful = false;
    for (std::size_t i = 0; i < syntax_.nodes[id].inputs.size(); i += 2) {
      keys.push_back(eval(input(id, i)));
      values.push_back(eval(input(id, i + 1)));
      why = both(why, both(keys.back().why, values.back().why));
      doubtful = doubtful || !keys.back().known() || (!values.back().known() && may_fail(input(id, i + 1)));
    }
    if (doubtful) return unknown(why);
    const auto made = make_map(keys, values);
    return made ? *made : error(id);
  }
  Cell in(NodeId id) {
    const Cell value = eval(input(id, 0)), among = eval(input(id, 1));
    if (!among.known()) return among;
    if (const auto* entries = among.get<Entries>()) {
      if (value.known()) return {find(*entries, value) != nullptr};
      return entries->keys.empty() && !may_fail(input(id, 0)) ? Cell{false} : value;
    }
    const auto* elements = among.get<std::vector<Cell>>();
    if (elements == nullptr) return error(id);
    if (elements->empty() && !value.known() && may_fail(input(id, 0))) return value;
    std::vector<Cell> equal;
    for (const Cell& element : *elements) equal.push_back(compared(id, value, element));
    return decide(id, equal, true);
  }
  Cell index(NodeId id, const Cell& whole, const Cell& at) const {
    if (const auto* entries = whole.get<Entries>()) {
      const Cell* found = find(*entries, at);
      return found == nullptr ? error(id) : *found;
    }
    const auto* elements = whole.get<std::vector<Cell>>();
    if (elements == nullptr || !at.number()) return error(id);
    for (std::size_t n = 0; n < elements->size(); ++n) {
      if (order_of_numbers(at, Cell{static_cast<std::uint64_t>(n)}) == 0) return (*elements)[n];
    }
    return error(id);
  }

  Cell call(NodeId id) {
    const Node& node = syntax_.nodes[id];
    const std::string& name = node.name;
    const Op op = tree_.meaning(id).op;
    if (op == Op::undeclared) return error(id);
    if (op >= Op::exists) return macro(id);
    if (op == Op::has) return has(id);
    const Cell first = eval(node.inputs[0]);
    const Cell second = node.inputs.size() > 1 ? eval(node.inputs[1]) : Cell{};
    if (const auto why = both(first.why, second.why); !why.empty()) return unknown(why);
    if (name == "dyn") return first;
    if (name == "type") return {TypeWord{type_word(first)}};
    if (name.rfind("get", 0) == 0) return accessor(id, first, node.inputs.size() > 1 ? &second : nullptr);
    const auto result = node.inputs.size() > 1 ? text(name, first, second) : convert(id, name, first);
    return result ? *result : error(id);
  }
  Cell has(NodeId id) {
    const NodeId field = input(id, 0);
    const Cell whole = eval(input(field, 0));
    if (!whole.known()) return whole;
    const auto* entries = whole.get<Entries>();
    return entries == nullptr ? error(id) : Cell{find(*entries, Cell{syntax_.nodes[field].name}) != nullptr};
  }
  std::optional<Cell> convert(NodeId id, const std::string& name, const Cell& given) const {
    if (name == "size") return size(given);
    if (name == "int" && given.timestamp) return seconds(id, *given.get<Span>());
    if (name == "int")
      return given.get<std::int64_t>() != nullptr ? given : to_whole<std::int64_t>(given, -0x1p63L, 0x1p63L);
    if (name == "uint") return to_whole<std::uint64_t>(given, 0, 0x1p64L);
    if (name == "double") return to_real(given);
    if (name == "bool") return to_truth(given);
    if (name == "string") return to_text(id, given);
    if (name == "bytes") {
      if (const auto* characters = given.get<std::string>()) return Cell{Octets{*characters}};
      return given.get<Octets>() != nullptr ? std::optional(given) : std::nullopt;
    }
    if (name == "timestamp" || name == "duration") return to_time(name == "timestamp", given);
    const auto* text = given.get<std::string>();
    if (text == nullptr || name != "lowerAscii") return std::nullopt;
    std::string lower = *text;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return Cell{lower};
  }
  Cell seconds(NodeId id, const Span& at) const {
    if (at.never()) return unknown({{ReasonKind::never, subject(input(id, 0))}});
    const auto down = [](Nanoseconds t) { return t / 1'000'000'000 - (t % 1'000'000'000 < 0 ? 1 : 0); };
    if (down(at.low) == down(at.high)) return {static_cast<std::int64_t>(down(at.low))};
    return unknown({{ReasonKind::imprecise, subject(input(id, 0))}});
  }
  std::optional<Cell> to_text(NodeId id, const Cell& given) const {
    if (given.get<std::string>() != nullptr) return given;
    if (const auto* truth = given.get<bool>()) return Cell{std::string(*truth ? "true" : "false")};
    if (const auto* whole = given.get<std::int64_t>()) return Cell{std::to_string(*whole)};
    if (const auto* whole = given.get<std::uint64_t>()) return Cell{std::to_string(*whole)};
    if (const auto* real = given.get<double>()) return Cell{format_real(*real)};
    if (const auto* octets = given.get<Octets>()) {
      return base::is_utf8(octets->bytes) ? std::optional(Cell{octets->bytes}) : std::nullopt;
    }
    const auto* at = given.get<Span>();
    if (at == nullptr) return std::nullopt;
    if (at->never()) return unknown({{ReasonKind::never, subject(input(id, 0))}});
    if (at->low != at->high) return unknown({{ReasonKind::imprecise, subject(input(id, 0))}});
    return Cell{given.timestamp ? format_moment(at->low) : format_nanoseconds(static_cast<std::int64_t>(at->low))};
  }
  /// Zones: "UTC" and fixed offsets alone. Known of an imprecise moment when all of it lies in one unit.
  Cell accessor(NodeId id, const Cell& given, const Cell* zone) const {
    const std::string& name = syntax_.nodes[id].name;
    const auto* at = given.get<Span>();
    if (at == nullptr || (zone != nullptr && zone->get<std::string>() == nullptr)) return error(id);
    const Why imprecise{ReasonKind::imprecise, subject(input(id, 0))};
    if (!given.timestamp) return span_field(id, *at, zone, imprecise);
    if (at->never()) return unknown({{ReasonKind::never, subject(input(id, 0))}});
    const auto ahead = offset(zone == nullptr ? "UTC" : *zone->get<std::string>());
    if (!ahead) return error(id);
    if (at->low != at->high && (at->low < kFirst || at->high > kLast)) return unknown({imprecise});
    if (!same_unit(name, at->low, at->high, *ahead)) return unknown({imprecise});
    return {field(name, at->low, *ahead)};
  }
  Cell span_field(NodeId id, const Span& at, const Cell* zone, const Why& imprecise) const {
    const std::string& name = syntax_.nodes[id].name;
    if (zone != nullptr) return error(id);
    Nanoseconds unit = 1'000'000;
    if (name == "getHours") unit = Nanoseconds{3600} * 1'000'000'000;
    if (name == "getMinutes") unit = Nanoseconds{60} * 1'000'000'000;
    if (name == "getSeconds") unit = 1'000'000'000;
    if (name != "getMilliseconds" && unit == 1'000'000) return error(id);
    if (at.low == kOpenLow || at.high == kOpenHigh) return unknown({imprecise});
    const bool fraction = name == "getMilliseconds";
    if (at.low != at.high && (fraction || at.low / unit != at.high / unit)) return unknown({imprecise});
    return {static_cast<std::int64_t>(fraction ? at.low / unit % 1000 : at.low / unit)};
  }
  Cell macro(NodeId id) {
    const Node& node = syntax_.nodes[id];
    const Cell whole = eval(node.inputs[0]);
    if (!whole.known()) return whole;
    const auto* elements = whole.get<std::vector<Cell>>();
    if (const auto* map = whole.get<Entries>()) elements = &map->keys;
    if (elements == nullptr) return error(id);
    const std::string variable = syntax_.nodes[node.inputs[1]].name;
    const auto outer = variables_;
    std::vector<std::vector<Cell>> bodies(node.inputs.size());  // by input, for each element
    for (const Cell& element : *elements) {
      variables_[variable] = element;
      for (std::size_t i = 2; i < node.inputs.size(); ++i) bodies[i].push_back(eval(node.inputs[i]));
    }
    variables_ = outer;
    const Op op = tree_.meaning(id).op;
    if (op == Op::exists || op == Op::all) return decide(id, bodies[2], op == Op::exists);
    return op == Op::exists_one ? exactly_one(id, bodies[2]) : chosen(id, *elements, bodies);
  }
  Cell exactly_one(NodeId id, const std::vector<Cell>& holds) const {
    std::set<Why> why;
    std::size_t count = 0;
    for (const Cell& cell : holds) {
      if (cell.get<bool>() != nullptr)
        count += *cell.get<bool>() ? 1U : 0U;
      else
        why = both(why, cell.known() ? error(id).why : cell.why);
    }
    if (why.empty()) return {count == 1};
    return count > 1 && surely_truth(input(id, 2)) ? Cell{false} : unknown(why);
  }
  /// filter and both forms of map.
  Cell chosen(NodeId id, const std::vector<Cell>& elements, const std::vector<std::vector<Cell>>& bodies) const {
    const bool is_map = tree_.meaning(id).op == Op::transform, choosy = !is_map || bodies.size() == 4;
    std::set<Why> why;
    bool doubtful = false;
    std::vector<Cell> made;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (choosy && bodies[2][i].get<bool>() == nullptr) {
        why = both(why, bodies[2][i].known() ? error(id).why : bodies[2][i].why);
        doubtful = true;
      } else if (!choosy || *bodies[2][i].get<bool>()) {
        made.push_back(is_map ? bodies.back()[i] : elements[i]);
        if (!is_map || made.back().known()) continue;
        why = both(why, made.back().why);
        doubtful = doubtful || may_fail(syntax_.nodes[id].inputs.back());
      }
    }
    return doubtful ? unknown(why) : Cell{made};
  }

  Row row_;
  std::map<std::string, Cell> variables_;
};

}  // namespace tally::cel::test
