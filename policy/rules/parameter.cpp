#include "policy/rules/parameter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/cel/calendar.h"

namespace tally::rules {
namespace {

constexpr cel::Type kTexts = cel::Type::list_of(cel::Kind::string);

constexpr std::array<std::pair<std::string_view, cel::Type>, 5> kTypes{{{"bool", cel::Type::boolean()},
                                                                        {"int", cel::Type::integer()},
                                                                        {"string", cel::Type::string()},
                                                                        {"duration", cel::Type::duration()},
                                                                        {"list", kTexts}}};

constexpr std::array<std::pair<std::string_view, cel::Type>, 5> kFactTypes{{{"bool", cel::Type::boolean()},
                                                                            {"int", cel::Type::integer()},
                                                                            {"string", cel::Type::string()},
                                                                            {"timestamp", cel::Type::timestamp()},
                                                                            {"list", kTexts}}};

constexpr std::array<std::string_view, 10> kUnits{"percent", "records", "accounts", "people",  "groups",
                                                  "members", "steps",   "points",   "entries", "times"};

template <std::size_t N>
std::optional<cel::Type> type_named(const std::array<std::pair<std::string_view, cel::Type>, N>& types,
                                    std::string_view name) {
  const auto* found = std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.first == name; });
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

template <std::size_t N>
std::vector<std::string_view> names_of(const std::array<std::pair<std::string_view, cel::Type>, N>& types) {
  std::vector<std::string_view> names;
  for (const auto& type : types) names.push_back(type.first);
  return names;
}

std::string joined(const cel::Value& list, std::string (*one)(const cel::Value&)) {
  std::string out = "[";
  for (const cel::Value& value : list.as<cel::Value::List>()) out += (out.size() > 1 ? ", " : "") + one(value);
  return out + "]";
}

}  // namespace

std::optional<cel::Type> parameter_type(std::string_view name) { return type_named(kTypes, name); }
std::vector<std::string_view> parameter_types() { return names_of(kTypes); }
std::optional<cel::Type> fact_type(std::string_view name) { return type_named(kFactTypes, name); }
std::vector<std::string_view> fact_types() { return names_of(kFactTypes); }
std::vector<std::string_view> parameter_units() { return {kUnits.begin(), kUnits.end()}; }

std::optional<std::string> out_of_range(const cel::Value& value, std::string_view unit) {
  if (value.type() != cel::Type::integer()) return std::nullopt;
  const auto number = value.as<std::int64_t>();
  if (number < 0) return "a number less than zero is not expected";
  if (unit == "percent" && number > 100) return "a share in percent lies between 0 and 100";
  return std::nullopt;
}

tl::expected<cel::Value, std::string> typed(const Setting& setting, const cel::Type& type) {
  if (type == cel::Type::boolean()) {
    if (const bool* value = std::get_if<bool>(&setting)) return cel::Value::boolean(*value);
    return tl::unexpected(std::string("true or false is expected"));
  }
  if (type == cel::Type::integer()) {
    if (const auto* value = std::get_if<std::int64_t>(&setting)) return cel::Value::integer(*value);
    return tl::unexpected(std::string("a whole number is expected"));
  }
  if (type == kTexts) {
    if (const auto* value = std::get_if<std::vector<std::string>>(&setting)) return cel::Value::texts(*value);
    return tl::unexpected(std::string("a list of strings is expected"));
  }
  const auto* text = std::get_if<std::string>(&setting);
  if (type == cel::Type::string()) {
    if (text != nullptr) return cel::Value::text(*text);
    return tl::unexpected(std::string("a string is expected"));
  }
  if (text == nullptr) return tl::unexpected(std::string("a length of time is expected, such as \"45d\" or \"12h\""));
  const auto span = cel::parse_duration(*text);
  if (!span) return tl::unexpected(fmt::format("a length of time is expected: {}", span.error()));
  if (*span < base::Duration::zero())
    return tl::unexpected(std::string("a length of time is never less than zero here"));
  return cel::Value::span(*span);
}

std::string to_text(const cel::Value& value) {
  switch (value.type().kind) {
    case cel::Kind::boolean: return value.as<bool>() ? "true" : "false";
    case cel::Kind::integer: return fmt::to_string(value.as<std::int64_t>());
    case cel::Kind::uinteger: return fmt::to_string(value.as<std::uint64_t>());
    case cel::Kind::real: return fmt::to_string(value.as<double>());
    case cel::Kind::string: return fmt::format("\"{}\"", value.as<std::string>());
    case cel::Kind::duration: return base::format_duration(value.as<base::Duration>());
    case cel::Kind::list: return joined(value, to_text);
    case cel::Kind::timestamp: {
      const auto& bounds = value.as<base::Bounds>();
      return cel::is_never(bounds) ? "never" : base::format_bounds(bounds);
    }
    default: break;  // no parameter is of another type
  }
  return "null";
}

std::string canonical(const cel::Value& value) {
  switch (value.type().kind) {
    case cel::Kind::duration: return fmt::format("{}us", value.as<base::Duration>().count());
    case cel::Kind::string: return fmt::format("{}:{}", value.as<std::string>().size(), value.as<std::string>());
    case cel::Kind::list: return joined(value, canonical);
    default: return to_text(value);
  }
}

}  // namespace tally::rules
