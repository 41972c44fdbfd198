// The interpreter's conversions (interpreter.h; cel-spec, langdef.md, "Type Conversions"): what does not fit is an
// error.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "policy/base/utf8.h"
#include "policy/cel/calendar.h"
#include "policy/cel/interpreter.h"
#include "policy/cel/text.h"

namespace tally::cel {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

std::string out_of_range(const std::string& what, std::string_view type) {
  return fmt::format("range error: {} does not fit a {}", what, type);
}
std::string not_a(std::string_view text, std::string_view type) {
  return fmt::format("Type conversion error: \"{}\" is not a {}", base::displayable(text), type);
}

/// All of `text` as a number; what is wrong with it otherwise.
template <class Number>
tl::expected<Number, std::string> read(std::string_view text, std::string_view type) {
  std::string_view digits = text;
  if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
  Number number{};
  const auto end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, number);
  if (result.ec == std::errc::result_out_of_range) return tl::unexpected(out_of_range(std::string(text), type));
  if (result.ec != std::errc{} || result.ptr != end) return tl::unexpected(not_a(text, type));
  return number;
}

Nanoseconds whole_seconds(Nanoseconds at) { return at / kSecond - (at % kSecond < 0 ? 1 : 0); }

}  // namespace

Value Interpreter::convert(NodeId id, Function function, const Value& given) {
  switch (function) {
    case Function::to_int: return to_int(id, given);
    case Function::to_uint: return to_uint(id, given);
    case Function::to_double: return to_double(id, given);
    case Function::to_string: return to_text(id, given);
    case Function::to_bool: return to_bool(id, given);
    case Function::duration: return to_span(id, given);
    case Function::timestamp: return to_moment(id, given);
    default: break;
  }
  if (given.kind() == Kind::string) return Value::bytes(given.as<std::string>());
  return given.kind() == Kind::bytes ? given : fail(id, Failure::no_overload);
}

Value Interpreter::to_int(NodeId id, const Value& given) {
  switch (given.kind()) {
    case Kind::integer: return given;
    case Kind::uinteger: {
      const auto number = given.as<std::uint64_t>();
      if (number <= static_cast<std::uint64_t>(INT64_MAX)) return Value::integer(static_cast<std::int64_t>(number));
      return fail(id, Failure::conversion, out_of_range(fmt::to_string(number), "int"));
    }
    case Kind::real: {
      // The bounds themselves are out: a double there may have been rounded from beyond (cel-spec, "int").
      const double number = given.as<double>();
      if (number > -0x1p63 && number < 0x1p63) return Value::integer(static_cast<std::int64_t>(number));
      return fail(id, Failure::conversion, out_of_range(format_real(number), "int"));
    }
    case Kind::string: {
      const auto number = read<std::int64_t>(given.as<std::string>(), "int");
      return number ? Value::integer(*number) : fail(id, Failure::conversion, number.error());
    }
    case Kind::timestamp: break;
    default: return fail(id, Failure::no_overload);
  }
  const FineInterval& at = given.times();
  if (at.never()) return Value::unknown(reasons_.never(input(id, 0)));
  const Nanoseconds low = whole_seconds(at.low), high = whole_seconds(at.high);
  if (low == high) return Value::integer(static_cast<std::int64_t>(low));
  return Value::unknown(reasons_.imprecise(id, at.outward(), at.outward()));
}

Value Interpreter::to_uint(NodeId id, const Value& given) {
  switch (given.kind()) {
    case Kind::uinteger: return given;
    case Kind::integer: {
      const auto number = given.as<std::int64_t>();
      if (number >= 0) return Value::uinteger(static_cast<std::uint64_t>(number));
      return fail(id, Failure::conversion, out_of_range(fmt::to_string(number), "uint"));
    }
    case Kind::real: {
      const double number = given.as<double>();
      if (number >= 0 && number < 0x1p64) return Value::uinteger(static_cast<std::uint64_t>(number));
      return fail(id, Failure::conversion, out_of_range(format_real(number), "uint"));
    }
    case Kind::string: {
      const auto number = read<std::uint64_t>(given.as<std::string>(), "uint");
      return number ? Value::uinteger(*number) : fail(id, Failure::conversion, number.error());
    }
    default: return fail(id, Failure::no_overload);
  }
}

Value Interpreter::to_double(NodeId id, const Value& given) {
  switch (given.kind()) {
    case Kind::real: return given;
    case Kind::integer: return Value::real(static_cast<double>(given.as<std::int64_t>()));
    case Kind::uinteger: return Value::real(static_cast<double>(given.as<std::uint64_t>()));
    case Kind::string: {
      const auto number = read<double>(given.as<std::string>(), "double");
      return number ? Value::real(*number) : fail(id, Failure::conversion, number.error());
    }
    default: return fail(id, Failure::no_overload);
  }
}

Value Interpreter::to_text(NodeId id, const Value& given) {
  switch (given.kind()) {
    case Kind::string: return given;
    case Kind::boolean: return Value::text(given.as<bool>() ? "true" : "false");
    case Kind::integer: return Value::text(fmt::to_string(given.as<std::int64_t>()));
    case Kind::uinteger: return Value::text(fmt::to_string(given.as<std::uint64_t>()));
    case Kind::real: return Value::text(format_real(given.as<double>()));
    case Kind::bytes: {
      const std::string& octets = given.as<Value::Bytes>().octets;
      return base::is_utf8(octets) ? Value::text(octets)
                                   : fail(id, Failure::conversion, "invalid UTF-8: these bytes are not a text");
    }
    case Kind::timestamp:
    case Kind::duration: break;
    default: return fail(id, Failure::no_overload);
  }
  const FineInterval& at = given.times();
  if (at.never()) return Value::unknown(reasons_.never(input(id, 0)));
  if (!at.exact()) return Value::unknown(reasons_.imprecise(id, at.outward(), at.outward()));
  return Value::text(given.kind() == Kind::timestamp ? format_moment(at.low)
                                                     : format_nanoseconds(static_cast<std::int64_t>(at.low)));
}

/// The texts that Go's strconv.ParseBool takes, as cel-spec's reference does.
Value Interpreter::to_bool(NodeId id, const Value& given) {
  if (given.kind() == Kind::boolean) return given;
  if (given.kind() != Kind::string) return fail(id, Failure::no_overload);
  const std::string& text = given.as<std::string>();
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return Value::boolean(true);
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return Value::boolean(false);
  }
  return fail(id, Failure::conversion, not_a(text, "bool"));
}

Value Interpreter::to_moment(NodeId id, const Value& given) {
  if (given.kind() == Kind::timestamp) return given;
  if (given.kind() == Kind::string) {
    const auto at = parse_moment(given.as<std::string>());
    return at ? Value::moment(FineInterval::exactly(*at)) : fail(id, Failure::conversion, at.error());
  }
  if (given.kind() != Kind::integer) return fail(id, Failure::no_overload);
  const Nanoseconds at = Nanoseconds{given.as<std::int64_t>()} * kSecond;
  return in_range(at, Kind::timestamp) ? Value::moment(FineInterval::exactly(at)) : fail(id, Failure::time_range);
}

Value Interpreter::to_span(NodeId id, const Value& given) {
  if (given.kind() == Kind::duration) return given;
  if (given.kind() != Kind::string) return fail(id, Failure::no_overload);
  const auto span = parse_nanoseconds(given.as<std::string>());
  return span ? Value::span(FineInterval::exactly(*span)) : fail(id, Failure::conversion, span.error());
}

}  // namespace tally::cel
