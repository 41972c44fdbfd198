// The interpreter's functions (interpreter.h): on texts, sizes, fields of times. Conversions:
// interpret_conversions.cpp.
#include <algorithm>

#include "policy/cel/calendar.h"
#include "policy/cel/interpreter.h"
#include "policy/cel/pattern.h"
#include "policy/cel/text.h"

namespace tally::cel {

Value Interpreter::call(NodeId id) {
  const std::vector<NodeId>& inputs = tree_.node(id).inputs;
  const Function function = tree_.meaning(id).function;
  const Value first = eval(inputs[0]);
  const Value second = inputs.size() > 1 ? eval(inputs[1]) : Value();
  if (const ReasonSetId unknown = reasons_.merge(reasons_of(first), reasons_of(second))) return Value::unknown(unknown);
  switch (function) {
    case Function::size: return size(id, first);
    case Function::contains:
    case Function::starts_with:
    case Function::ends_with:
    case Function::matches: return text_function(id, first, second);
    case Function::lower_ascii:
      return first.kind() == Kind::string ? Value::text(lower_ascii(first.as<std::string>()))
                                          : fail(id, Failure::no_overload);
    case Function::type: return Value::type_of(first.kind());
    case Function::dyn: return first;
    default: break;
  }
  if (function >= Function::get_full_year) return accessor(id, function, first, inputs.size() > 1 ? &second : nullptr);
  return convert(id, function, first);
}

Value Interpreter::size(NodeId id, const Value& given) {
  const auto whole = [](std::size_t count) { return Value::integer(static_cast<std::int64_t>(count)); };
  switch (given.kind()) {
    case Kind::string: return Value::integer(code_points(given.as<std::string>()));
    case Kind::bytes: return whole(given.as<Value::Bytes>().octets.size());
    case Kind::list: return whole(given.as<Value::List>().size());
    case Kind::map: return whole(given.as<Value::Map>().size());
    default: return fail(id, Failure::no_overload);
  }
}

Value Interpreter::text_function(NodeId id, const Value& a, const Value& b) {
  if (a.kind() != Kind::string || b.kind() != Kind::string) return fail(id, Failure::no_overload);
  const std::string &text = a.as<std::string>(), &part = b.as<std::string>();
  switch (tree_.meaning(id).function) {
    case Function::contains: return Value::boolean(contains(text, part));
    case Function::starts_with: return Value::boolean(starts_with(text, part));
    case Function::ends_with: return Value::boolean(ends_with(text, part));
    default: break;
  }
  if (const auto& pattern = tree_.meaning(id).pattern) return Value::boolean(cel::matches(*pattern, text));
  const auto pattern = compile_pattern(part);
  return pattern ? Value::boolean(cel::matches(**pattern, text)) : fail(id, Failure::pattern, pattern.error());
}

Value Interpreter::accessor(NodeId id, Function function, const Value& given, const Value* zone) {
  if (given.kind() == Kind::timestamp && (zone == nullptr || zone->kind() == Kind::string)) {
    return moment_field(id, function, given.times(),
                        zone == nullptr ? "UTC" : std::string_view(zone->as<std::string>()));
  }
  if (given.kind() != Kind::duration || zone != nullptr || function < Function::get_hours) {
    return fail(id, Failure::no_overload);
  }
  const FineInterval& length = given.times();
  if (length.low != FineInterval::kOpenLow && length.high != FineInterval::kOpenHigh) {
    const std::int64_t low = field_of_span(function, static_cast<std::int64_t>(length.low));
    const std::int64_t high = field_of_span(function, static_cast<std::int64_t>(length.high));
    if (length.exact() || (low == high && function != Function::get_milliseconds)) return Value::integer(low);
  }
  return Value::unknown(reasons_.imprecise(id, length.outward(), length.outward()));
}

/// Known of an imprecise moment where all of it lies in one unit of the calendar, under one offset of the zone.
Value Interpreter::moment_field(NodeId id, Function function, const FineInterval& at, std::string_view zone) {
  if (at.never()) return Value::unknown(reasons_.never(input(id, 0)));
  const auto clock = Clock::parse(zone);
  if (!clock) return fail(id, Failure::zone, zone);
  if (in_range(at.low, Kind::timestamp) && in_range(at.high, Kind::timestamp)) {
    const std::int64_t ahead = clock->seconds_ahead(at.low);
    const bool settled =
        at.exact() || (clock->seconds_ahead(at.high) == ahead &&
                       unit_of_moment(function, at.low, ahead) == unit_of_moment(function, at.high, ahead));
    if (settled) return Value::integer(field_of_moment(function, at.low, ahead));
  }
  return Value::unknown(reasons_.imprecise(id, at.outward(), at.outward()));
}

}  // namespace tally::cel
