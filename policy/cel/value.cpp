#include "policy/cel/value.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "policy/base/assert.h"
#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first: "ms" must not read as "m".
constexpr std::array<Unit, 9> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},
                                      {"\u03bcs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000}}};

__extension__ typedef __int128 Wide;  // exact: 292 years in billionths of a nanosecond

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A decimal number at the front of `text`, in units of 10^-9 (exact), or nothing.
std::optional<Wide> take_billionths(std::string_view& text) {
  constexpr Wide kTooMuch = Wide{1} << 90;
  Wide value = 0;
  bool any = false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), any = true) {
    value = value * 10 + (text.front() - '0');
    if (value > kTooMuch) return std::nullopt;
  }
  value *= 1'000'000'000;
  if (text.empty() || text.front() != '.') return any ? std::optional(value) : std::nullopt;
  text.remove_prefix(1);
  for (Wide unit = 100'000'000; !text.empty() && is_digit(text.front()); text.remove_prefix(1), any = true) {
    if (unit == 0 && text.front() != '0') return std::nullopt;
    value += unit * (text.front() - '0');
    unit /= 10;
  }
  return any ? std::optional(value) : std::nullopt;
}

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

}  // namespace

Value Value::list(Kind element, List values) {
  for (const Value& value : values) TALLY_ASSERT(value.type().kind == element && !value.type().is_list());
  return {Type::list_of(element), std::move(values)};
}

Value Value::texts(const std::vector<std::string>& values) {
  List list;
  for (const std::string& text : values) list.push_back(Value::text(text));
  return {Type::list_of(Kind::string), std::move(list)};
}

tl::expected<base::Duration, std::string> parse_duration(std::string_view text) {
  const std::string quoted = fmt::format("\"{}\"", text);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return base::Duration{0};
  if (text.empty())
    return tl::unexpected(quoted + " is not a duration: write numbers with units, such as 45d or 1h30m");
  constexpr Wide kBillion = 1'000'000'000;
  constexpr Wide kLimit = Wide{kMaximumDurationMicroseconds} * 1000;
  Wide total = 0;  // in 10^-9 nanoseconds
  while (!text.empty()) {
    const auto amount = take_billionths(text);
    if (!amount)
      return tl::unexpected(quoted + " is not a duration: a number was expected before \"" + std::string(text) + "\"");
    const Unit* unit = take_unit(text);
    if (unit == nullptr)
      return tl::unexpected(quoted + " is not a duration: after a number comes d, h, m, s, ms, us or ns");
    if (*amount / kBillion > kLimit / unit->nanoseconds) return tl::unexpected(quoted + " is longer than 292 years");
    total += *amount * unit->nanoseconds;
    if (total / kBillion > kLimit) return tl::unexpected(quoted + " is longer than 292 years");
  }
  if (total % (kBillion * 1000) != 0)
    return tl::unexpected(quoted + " is finer than a microsecond, which is not supported");
  const auto microseconds = static_cast<std::int64_t>(total / (kBillion * 1000));
  return base::Duration{negative ? -microseconds : microseconds};
}

}  // namespace tally::cel
