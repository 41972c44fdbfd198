#include "policy/cel/number.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <system_error>

namespace tally::cel {
namespace {

constexpr auto kIntMaximum = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// Too small for a double reads as zero, as IEEE 754 rounds it; std::from_chars does not tell that from too large.
bool is_tiny(std::string_view digits) {
  return digits.find("e-") != digits.npos || digits.find("E-") != digits.npos || digits.front() == '0' ||
         digits.front() == '.';
}

tl::expected<Value, std::string> read_real(const Token& token, bool negative) {
  double value = 0;
  const auto read = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
  if (read.ec != std::errc{} && !is_tiny(token.text)) {
    return tl::unexpected(fmt::format("{} does not fit a double", token.text));
  }
  return Value::real(negative ? -value : value);
}

}  // namespace

tl::expected<Value, std::string> read_number(const Token& token, bool negative) {
  if (token.kind == TokenKind::real) return read_real(token, negative);
  std::string_view digits = token.text;
  if (token.kind == TokenKind::uinteger) digits.remove_suffix(1);
  const bool hexadecimal = digits.size() > 2 && (digits[1] == 'x' || digits[1] == 'X');
  if (hexadecimal) digits.remove_prefix(2);
  std::uint64_t value = 0;
  const auto end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
  const bool fits = read.ec == std::errc{} && read.ptr == end;
  if (token.kind == TokenKind::uinteger) {
    if (!fits) return tl::unexpected(fmt::format("{} does not fit a uint (0 to 18446744073709551615)", token.text));
    return Value::uinteger(value);
  }
  if (!fits || value > kIntMaximum + (negative ? 1 : 0)) {
    return tl::unexpected(fmt::format("{}{} does not fit an int (-9223372036854775808 to 9223372036854775807)",
                                      negative ? "-" : "", token.text));
  }
  return Value::integer(static_cast<std::int64_t>(negative ? 0 - value : value));
}

}  // namespace tally::cel
