#include "daemon/cli/typed_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/ledger/base64.h"
#include "policy/base/utf8.h"
#include "policy/cel/calendar.h"
#include "policy/cel/text.h"

namespace tally::cli {
namespace {

using cel::FineInterval;
using cel::Kind;
using cel::Value;
using nlohmann::json;
using Read = tl::expected<Value, std::string>;

/// Lists within lists: as deep as an expression can look (cel/limits.h). Reading recurses.
constexpr int kMaximumNesting = 64;

Read read_nested(const json& typed, int depth);

/// As it was given, but not what is inside of what is inside it: a file may nest deeper than there is stack.
std::string shown(const json& given) {
  const auto structured = [](const json& each) { return each.is_structured() && !each.empty(); };
  if (structured(given) && std::any_of(given.begin(), given.end(), structured)) return given.is_array() ? "[…]" : "{…}";
  return given.dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::unexpected<std::string> refuse(const json& given, std::string_view wanted) {
  return tl::unexpected(fmt::format("{} is not {}", shown(given), wanted));
}

template <class Number>
Read read_number(const json& given, std::string_view wanted, Value (*make)(Number)) {
  if (!given.is_string()) return refuse(given, wanted);
  const auto& text = given.get_ref<const std::string&>();
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return refuse(given, wanted);
  return make(number);
}

tl::expected<FineInterval, std::string> read_moment(const json& given) {
  if (given == "never") return FineInterval::of(cel::Interval::of(cel::kNever));
  const bool two = given.is_array() && given.size() == 2 && given[0].is_string() && given[1].is_string();
  if (!two && !given.is_string()) return refuse(given, "a time: RFC 3339, two of them, or \"never\"");
  const auto low = cel::parse_moment((two ? given[0] : given).get<std::string>());
  const auto high = cel::parse_moment((two ? given[1] : given).get<std::string>());
  if (!low || !high) return tl::unexpected(low ? high.error() : low.error());
  if (*low > *high) return refuse(given, "the earliest time and then the latest");
  return FineInterval{*low, *high};
}

tl::expected<FineInterval, std::string> read_span(const json& given) {
  const bool two = given.is_array() && given.size() == 2 && given[0].is_string() && given[1].is_string();
  if (!two && !given.is_string()) return refuse(given, "a length of time such as \"123.5s\", or two of them");
  const auto low = cel::parse_nanoseconds((two ? given[0] : given).get<std::string>());
  const auto high = cel::parse_nanoseconds((two ? given[1] : given).get<std::string>());
  if (!low || !high) return tl::unexpected(low ? high.error() : low.error());
  if (*low > *high) return refuse(given, "the shortest length and then the longest");
  return FineInterval{*low, *high};
}

Read read_list(const json& given, int depth) {
  if (!given.is_array()) return refuse(given, "a list of values");
  Value::List values;
  for (const json& each : given) {
    auto value = read_nested(each, depth);
    if (!value) return value;
    values.push_back(std::move(*value));
  }
  return Value::list(std::move(values));
}

Read read_map(const json& given, int depth) {
  if (!given.is_array()) return refuse(given, "a list of pairs of a key and a value");
  Value::Map entries;
  for (const json& pair : given) {
    if (!pair.is_array() || pair.size() != 2) return refuse(pair, "a pair of a key and a value");
    auto key = read_nested(pair[0], depth), value = read_nested(pair[1], depth);
    if (!key || !value) return key ? value : key;
    entries.emplace_back(std::move(*key), std::move(*value));
  }
  return Value::map(std::move(entries));
}

Read read_text(const json& given) {
  if (!given.is_string()) return refuse(given, "a text");
  return Value::text(given.get<std::string>());
}

Read read_bytes(const json& given) {
  const auto octets = given.is_string() ? ledger::parse_base64(given.get<std::string>()) : std::nullopt;
  return octets ? Read(Value::bytes(*octets)) : refuse(given, "base64");
}

Read read_type(const json& given) {
  for (int kind = 0; kind < static_cast<int>(Kind::dyn) && given.is_string(); ++kind) {
    if (given == cel::type_name(static_cast<Kind>(kind))) return Value::type_of(static_cast<Kind>(kind));
  }
  return refuse(given, "the name of a type");
}

const std::map<std::string, std::function<Read(const json&)>>& readers() {
  static const std::map<std::string, std::function<Read(const json&)>> kReaders{
      {"null", [](const json& given) { return given.is_null() ? Read(Value()) : refuse(given, "null"); }},
      {"bool",
       [](const json& given) {
         return given.is_boolean() ? Read(Value::boolean(given.get<bool>())) : refuse(given, "true or false");
       }},
      {"int", [](const json& given) { return read_number<std::int64_t>(given, "an int, as a text", Value::integer); }},
      {"uint",
       [](const json& given) { return read_number<std::uint64_t>(given, "a uint, as a text", Value::uinteger); }},
      {"double", [](const json& given) { return read_number<double>(given, "a double, as a text", Value::real); }},
      {"string", read_text},
      {"bytes", read_bytes},
      {"type", read_type},
      {"timestamp",
       [](const json& given) {
         return read_moment(given).map([](const FineInterval& at) { return Value::moment(at); });
       }},
      {"duration",
       [](const json& given) { return read_span(given).map([](const FineInterval& of) { return Value::span(of); }); }},
      {"unknown",
       [](const json& given) {
         return given.is_string() ? Read(Value::unknown(given.get<std::string>()))
                                  : refuse(given, "a reason, as a text");
       }},
  };
  return kReaders;
}

Read read_nested(const json& typed, int depth) {
  if (!typed.is_object() || typed.size() != 1) return refuse(typed, "a value with its type, such as {\"int\":\"3\"}");
  if (depth > kMaximumNesting) {
    return tl::unexpected(fmt::format("values are nested more than {} levels deep", kMaximumNesting));
  }
  const std::string& type = typed.begin().key();
  const json& given = typed.begin().value();
  if (type == "list") return read_list(given, depth + 1);
  if (type == "map") return read_map(given, depth + 1);
  const auto reader = readers().find(type);
  if (reader == readers().end()) return tl::unexpected(fmt::format("there is no type \"{}\"", type));
  return reader->second(given);
}

/// "3.0" where format_real() writes "3".
std::string real_text(double real) {
  std::string text = cel::format_real(real);
  const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
  return whole ? text + ".0" : text;
}

std::string bound_text(cel::Nanoseconds at, Kind kind) {
  if (at == FineInterval::kOpenLow) return "-infinity";
  if (at == FineInterval::kOpenHigh) return "infinity";
  return kind == Kind::timestamp ? cel::format_moment(at) : cel::format_nanoseconds(static_cast<std::int64_t>(at));
}

json times(const Value& value) {
  const FineInterval& at = value.times();
  if (at.never()) return "never";
  const std::string low = bound_text(at.low, value.kind());
  return at.exact() ? json(low) : json::array({low, bound_text(at.high, value.kind())});
}

json list(const Value& value) {
  json all = json::array();
  for (const Value& each : value.as<Value::List>()) all.push_back(write_typed(each));
  return all;
}

json map(const Value& value) {
  json all = json::array();
  for (const auto& [key, held] : value.as<Value::Map>()) {
    all.push_back(json::array({write_typed(key), write_typed(held)}));
  }
  return all;
}

}  // namespace

tl::expected<Value, std::string> read_typed(const json& typed) { return read_nested(typed, 0); }

json write_typed(const Value& value) {
  switch (value.kind()) {
    case Kind::null: return {{"null", nullptr}};
    case Kind::boolean: return {{"bool", value.as<bool>()}};
    case Kind::integer: return {{"int", fmt::to_string(value.as<std::int64_t>())}};
    case Kind::uinteger: return {{"uint", fmt::to_string(value.as<std::uint64_t>())}};
    case Kind::real: return {{"double", real_text(value.as<double>())}};
    case Kind::string: return {{"string", value.as<std::string>()}};
    case Kind::bytes: return {{"bytes", ledger::base64(value.as<Value::Bytes>().octets)}};
    case Kind::timestamp: return {{"timestamp", times(value)}};
    case Kind::duration: return {{"duration", times(value)}};
    case Kind::list: return {{"list", list(value)}};
    case Kind::map: return {{"map", map(value)}};
    default: break;
  }
  return {{"type", std::string(cel::type_name(value.as<Kind>()))}};
}

json write_typed(const cel::Outcome& outcome) {
  if (outcome.reasons.empty()) return write_typed(outcome.value);
  json errors = json::array(), unknown = json::array();
  for (const cel::Reason& reason : outcome.reasons) {
    (reason.kind == cel::ReasonKind::error ? errors : unknown).push_back(reason.sentence);
  }
  return unknown.empty() ? json{{"error", errors}} : json{{"unknown", unknown}};
}

}  // namespace tally::cli
