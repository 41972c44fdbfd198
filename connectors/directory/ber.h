// BER elements in place: views into bytes that a server sent, never a copy (X.690 with definite lengths, as LDAP and
// certificates use it).
//
//   std::string_view rest = certificate;
//   std::optional<Element> outer = take(rest, kSequence);   // advances `rest`
//
// Safe on hostile bytes: what does not fit gives nothing. Not an encoder.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tally::directory::ber {

enum Tag : unsigned char {
  kBoolean = 0x01,
  kOctetString = 0x04,
  kOid = 0x06,
  kUtcTime = 0x17,
  kGeneralizedTime = 0x18,
  kSequence = 0x30,
  kSet = 0x31,
};

struct Element {
  unsigned char tag = 0;
  std::string_view whole;  ///< tag, length and body
  std::string_view body;
};

/// Takes the next element off the front: one-byte tags, lengths of at most four bytes. Nothing, and `in` as it was,
/// when the bytes end early or are of another form.
inline std::optional<Element> take(std::string_view& in) {
  if (in.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(in[i]); };
  std::size_t length = byte(1);
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7fU;
    if (count == 0 || count > 4 || in.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8U | byte(2 + i);
    header += count;
  }
  if (in.size() - header < length) return std::nullopt;
  const Element out{byte(0), in.substr(0, header + length), in.substr(header, length)};
  in.remove_prefix(header + length);
  return out;
}

/// The next element when it has that tag.
inline std::optional<Element> take(std::string_view& in, unsigned char tag) {
  if (in.empty() || static_cast<unsigned char>(in.front()) != tag) return std::nullopt;
  return take(in);
}

}  // namespace tally::directory::ber
