// The interpreter's operators (interpreter.h): arithmetic, order, equality.
#include <algorithm>

#include "policy/cel/arithmetic.h"
#include "policy/cel/interpreter.h"

namespace tally::cel {
namespace {

bool holds(Op op, std::partial_ordering order) {
  switch (op) {
    case Op::less: return order < 0;
    case Op::less_equal: return order <= 0;
    case Op::greater: return order > 0;
    default: return order >= 0;
  }
}

bool is_time(Kind kind) { return kind == Kind::timestamp || kind == Kind::duration; }

bool is_never_value(const Value& value) { return is_time(value.kind()) && value.times().never(); }

}  // namespace

Value Interpreter::binary(NodeId id) {
  const Op op = tree_.meaning(id).op;
  const Value a = eval(input(id, 0)), b = eval(input(id, 1));
  if (a.is_unknown() || b.is_unknown()) return Value::unknown(reasons_.merge(reasons_of(a), reasons_of(b)));
  switch (op) {
    case Op::index: return index(id, a, b);
    case Op::equal:
    case Op::not_equal: {
      const Equality same = equal(id, a, b);
      return same.unknown != 0 ? Value::unknown(same.unknown) : Value::boolean(same.equal == (op == Op::equal));
    }
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return order(id, op, a, b);
    default: return arithmetic(id, op, a, b);
  }
}

Value Interpreter::unary(NodeId id) {
  Value given = eval(input(id, 0));
  if (given.is_unknown()) return given;
  if (tree_.meaning(id).op == Op::logical_not) {
    return given.kind() == Kind::boolean ? Value::boolean(!given.as<bool>()) : fail(id, Failure::no_overload);
  }
  if (given.kind() == Kind::real) return Value::real(-given.as<double>());
  if (given.kind() != Kind::integer) return fail(id, Failure::no_overload);
  std::int64_t result = 0;
  const Failure failure = integer_operation(Op::subtract, std::int64_t{0}, given.as<std::int64_t>(), result);
  return failure == Failure::none ? Value::integer(result) : fail(id, failure);
}

Value Interpreter::arithmetic(NodeId id, Op op, const Value& a, const Value& b) {
  if (is_time(a.kind()) && is_time(b.kind())) return times(id, op, a, b);
  if (a.kind() != b.kind()) return fail(id, Failure::no_overload);
  switch (a.kind()) {
    case Kind::integer: {
      std::int64_t result = 0;
      const Failure failure = integer_operation(op, a.as<std::int64_t>(), b.as<std::int64_t>(), result);
      return failure == Failure::none ? Value::integer(result) : fail(id, failure);
    }
    case Kind::uinteger: {
      std::uint64_t result = 0;
      const Failure failure = integer_operation(op, a.as<std::uint64_t>(), b.as<std::uint64_t>(), result);
      return failure == Failure::none ? Value::uinteger(result) : fail(id, failure);
    }
    case Kind::real:
      if (op == Op::modulo) break;
      return Value::real(real_operation(op, a.as<double>(), b.as<double>()));
    case Kind::string:
      if (op != Op::add) break;
      return Value::text(a.as<std::string>() + b.as<std::string>());
    case Kind::bytes:
      if (op != Op::add) break;
      return Value::bytes(a.as<Value::Bytes>().octets + b.as<Value::Bytes>().octets);
    case Kind::list: {
      if (op != Op::add) break;
      Value::List both = a.as<Value::List>();
      both.insert(both.end(), b.as<Value::List>().begin(), b.as<Value::List>().end());
      steps_ += both.size();
      return Value::list(std::move(both));
    }
    default: break;
  }
  return fail(id, Failure::no_overload);
}

ReasonSetId Interpreter::never_reasons(NodeId id, const Value& a, const Value& b) {
  const ReasonSetId left = is_never_value(a) ? reasons_.never(input(id, 0)) : 0;
  return reasons_.merge(left, is_never_value(b) ? reasons_.never(input(id, 1)) : 0);
}

Value Interpreter::times(NodeId id, Op op, const Value& a, const Value& b) {
  const bool sum = op == Op::add, difference = op == Op::subtract;
  const bool left = a.kind() == Kind::timestamp, right = b.kind() == Kind::timestamp;
  const bool good = (sum && !(left && right)) || (difference && (left || !right));
  if (!good) return fail(id, Failure::no_overload);
  if (const ReasonSetId reasons = never_reasons(id, a, b)) return Value::unknown(reasons);
  const Kind kind = left != right ? Kind::timestamp : Kind::duration;
  const auto result = combine(op, a.times(), b.times(), kind);
  if (!result) return fail(id, Failure::time_range);
  return kind == Kind::timestamp ? Value::moment(*result) : Value::span(*result);
}

Value Interpreter::order(NodeId id, Op op, const Value& a, const Value& b) {
  if (is_number(a.kind()) && is_number(b.kind())) return Value::boolean(holds(op, compare_numbers(a, b)));
  if (a.kind() != b.kind()) return fail(id, Failure::no_overload);
  switch (a.kind()) {
    case Kind::boolean: return Value::boolean(holds(op, a.as<bool>() <=> b.as<bool>()));
    case Kind::string: return Value::boolean(holds(op, a.as<std::string>() <=> b.as<std::string>()));
    case Kind::bytes: return Value::boolean(holds(op, a.as<Value::Bytes>().octets <=> b.as<Value::Bytes>().octets));
    case Kind::timestamp:
    case Kind::duration: return decided(id, op, a, b);
    default: return fail(id, Failure::no_overload);
  }
}

Value Interpreter::decided(NodeId id, Op op, const Value& a, const Value& b) {
  switch (compare(op, a.times(), b.times())) {
    case Decision::yes: return Value::boolean(true);
    case Decision::no: return Value::boolean(false);
    case Decision::never: return Value::unknown(never_reasons(id, a, b));
    case Decision::imprecise: break;
  }
  return Value::unknown(reasons_.imprecise(id, a.times().outward(), b.times().outward()));
}

/// CEL's equality: numbers by their value, whatever their types; values of different types are not equal.
Interpreter::Equality Interpreter::equal(NodeId id, const Value& a, const Value& b) {
  if (a.is_unknown() || b.is_unknown()) return {false, reasons_.merge(reasons_of(a), reasons_of(b))};
  if (is_number(a.kind()) && is_number(b.kind())) return {compare_numbers(a, b) == 0, 0};
  if (a.kind() != b.kind()) return {};
  switch (a.kind()) {
    case Kind::boolean: return {a.as<bool>() == b.as<bool>(), 0};
    case Kind::string: return {a.as<std::string>() == b.as<std::string>(), 0};
    case Kind::bytes: return {a.as<Value::Bytes>() == b.as<Value::Bytes>(), 0};
    case Kind::type: return {a.as<Kind>() == b.as<Kind>(), 0};
    case Kind::list: return equal_lists(id, a.as<Value::List>(), b.as<Value::List>());
    case Kind::map: return equal_maps(id, a.as<Value::Map>(), b.as<Value::Map>());
    case Kind::timestamp:
    case Kind::duration: {
      const Decision decision = cel::equal(a.times(), b.times());
      if (decision != Decision::imprecise) return {decision == Decision::yes, 0};
      return {false, reasons_.imprecise(id, a.times().outward(), b.times().outward())};
    }
    default: return {true, 0};  // null
  }
}

/// One pair that differs decides, whatever is unknown beside it.
Interpreter::Equality Interpreter::equal_lists(NodeId id, const Value::List& a, const Value::List& b) {
  Equality all{a.size() == b.size(), 0};
  for (std::size_t i = 0; all.equal && i < a.size(); ++i) {
    const Equality one = equal(id, a[i], b[i]);
    if (one.unknown == 0 && !one.equal) return {};
    all.unknown = reasons_.merge(all.unknown, one.unknown);
  }
  steps_ += a.size();
  return all;
}

Interpreter::Equality Interpreter::equal_maps(NodeId id, const Value::Map& a, const Value::Map& b) {
  Equality all{a.size() == b.size(), 0};
  for (std::size_t i = 0; all.equal && i < a.size(); ++i) {
    if (compare_keys(a[i].first, b[i].first) != 0) return {};  // both are sorted
    const Equality one = equal(id, a[i].second, b[i].second);
    if (one.unknown == 0 && !one.equal) return {};
    all.unknown = reasons_.merge(all.unknown, one.unknown);
  }
  steps_ += a.size();
  return all;
}

/// The same value of the same type, to the last bound; nothing unknown in it.
bool Interpreter::identical(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.is_unknown() || b.is_unknown()) return false;
  switch (a.kind()) {
    case Kind::boolean: return a.as<bool>() == b.as<bool>();
    case Kind::integer: return a.as<std::int64_t>() == b.as<std::int64_t>();
    case Kind::uinteger: return a.as<std::uint64_t>() == b.as<std::uint64_t>();
    case Kind::real: return a.as<double>() == b.as<double>();
    case Kind::string: return a.as<std::string>() == b.as<std::string>();
    case Kind::bytes: return a.as<Value::Bytes>() == b.as<Value::Bytes>();
    case Kind::type: return a.as<Kind>() == b.as<Kind>();
    case Kind::timestamp:
    case Kind::duration: return a.times() == b.times();
    case Kind::list:
      return std::equal(a.as<Value::List>().begin(), a.as<Value::List>().end(), b.as<Value::List>().begin(),
                        b.as<Value::List>().end(), identical);
    case Kind::map:
      return std::equal(
          a.as<Value::Map>().begin(), a.as<Value::Map>().end(), b.as<Value::Map>().begin(), b.as<Value::Map>().end(),
          [](const auto& x, const auto& y) { return identical(x.first, y.first) && identical(x.second, y.second); });
    default: return true;
  }
}

}  // namespace tally::cel
