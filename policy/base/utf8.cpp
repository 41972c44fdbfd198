#include "policy/base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tally::base {
namespace {

struct Lead {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t smallest;  ///< below it the form is overlong
};

Lead read_lead(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xE0U) == 0xC0) return {2, byte & 0x1FU, 0x80};
  if ((byte & 0xF0U) == 0xE0) return {3, byte & 0x0FU, 0x800};
  if ((byte & 0xF8U) == 0xF0) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

struct Decoded {
  std::size_t length;  ///< 0 when ill-formed
  std::uint32_t code_point;
};

Decoded decode(std::string_view bytes) {
  if (bytes.empty()) return {0, 0};
  const Lead lead = read_lead(static_cast<unsigned char>(bytes.front()));
  if (lead.length == 0 || bytes.size() < lead.length) return {0, 0};
  std::uint32_t code_point = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if ((byte & 0xC0U) != 0x80) return {0, 0};
    code_point = code_point << 6 | (byte & 0x3FU);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < lead.smallest || code_point > 0x10FFFF || surrogate) return {0, 0};
  return {lead.length, code_point};
}

bool steers(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::size_t utf8_sequence(std::string_view bytes) { return decode(bytes).length; }

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    // Nearly all that is read is ASCII: eight bytes at a time.
    for (std::uint64_t eight = 0; bytes.size() >= sizeof eight; bytes.remove_prefix(sizeof eight)) {
      std::memcpy(&eight, bytes.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) != 0) break;
    }
    if (bytes.empty()) return true;
    const std::size_t length = utf8_sequence(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string displayable(std::string_view bytes) {
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(bytes.begin(), bytes.end(), plain)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Decoded next = decode(bytes);
    const std::size_t length = next.length == 0 ? 1 : next.length;
    if (next.length == 0 || (next.length == 1 && steers(next.code_point))) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes.front()));
    } else if (steers(next.code_point)) {
      out += fmt::format("\\u{{{:04X}}}", next.code_point);
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return out;
}

}  // namespace tally::base
