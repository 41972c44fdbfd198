#include "policy/cel/escape.h"

#include <cstdint>

namespace tally::cel {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xE0 | point >> 12);
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
    }
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

/// What stands for itself after a backslash, or 0.
char simple_escape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`': return c;
    default: return 0;
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Exactly `count` digits of `base` at the front of `text`.
std::optional<std::uint32_t> digits(std::string_view text, std::size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, count)) {
    if (digit_value(c) >= base) return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit_value(c));
  }
  return value;
}

struct Form {
  std::size_t digits = 0;
  int base = 16;
  std::size_t skip = 1;  ///< characters between the backslash and the digits
};

Form numeric_form(char c) {
  if (c == 'x' || c == 'X') return {2};
  if (c == 'u') return {4};
  if (c == 'U') return {8};
  if (c >= '0' && c <= '3') return {3, 8, 0};
  return {};
}

}  // namespace

std::optional<EscapeError> unescape(std::string_view body, Escapes escapes, std::string& out) {
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] != '\\') {
      out.push_back(body[i++]);
      continue;
    }
    const std::size_t start = i++;
    if (i == body.size()) return EscapeError{start, "a backslash at the end of a text"};
    if (const char plain = simple_escape(body[i])) {
      out.push_back(plain);
      ++i;
      continue;
    }
    const Form form = numeric_form(body[i]);
    const bool wide = form.digits > 3;
    if (form.digits == 0 || (wide && escapes == Escapes::octets))
      return EscapeError{start, "there is no escape \\" + std::string(1, body[i])};
    const auto point = digits(body.substr(i + form.skip), form.digits, form.base);
    if (!point) {
      return EscapeError{start, "the escape \\" + std::string(1, body[i]) + " needs " + std::to_string(form.digits) +
                                    (form.base == 8 ? " octal digits" : " hexadecimal digits")};
    }
    i += form.skip + form.digits;
    if (escapes == Escapes::octets) {
      out.push_back(static_cast<char>(*point));
      continue;
    }
    if (*point > 0x10FFFF || (*point >= 0xD800 && *point <= 0xDFFF)) {
      return EscapeError{start, "the escape names no character of Unicode"};
    }
    append_utf8(out, *point);
  }
  return std::nullopt;
}

}  // namespace tally::cel
