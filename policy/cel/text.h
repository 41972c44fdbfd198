// What both evaluators do with texts. Inner to this library.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::cel {

/// In what is not UTF-8 every byte that does not continue one counts.
inline std::int64_t code_points(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}
inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }
inline bool starts_with(std::string_view text, std::string_view part) { return text.substr(0, part.size()) == part; }
inline bool ends_with(std::string_view text, std::string_view part) {
  return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
}
inline char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
inline std::string lower_ascii(std::string text) {
  for (char& c : text) c = lower_ascii(c);
  return text;
}
/// A double with as few digits as read back, without an exponent from 0.0001 up to 10^16: "0.5", "3", "1e+23", "-inf".
std::string format_real(double real);

}  // namespace tally::cel
