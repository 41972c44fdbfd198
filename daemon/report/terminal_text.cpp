#include "daemon/report/terminal_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

struct Range {
  std::uint32_t first, last;
};

constexpr std::array kNothing = {
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},  Range{0x0610, 0x061A}, Range{0x064B, 0x065F},
    Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D},  Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};
constexpr std::array kWide = {Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                              Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
                              Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
                              Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, std::uint32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::uint32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return lead;
  std::uint32_t out = lead & (0xFFU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) out = out << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return out;
}

std::size_t width_of(std::string_view sequence) {
  const std::uint32_t c = code_point(sequence);
  if (c < 0x300) return 1;
  if (in(kNothing, c)) return 0;
  return in(kWide, c) ? 2 : 1;
}

/// The first character of non-empty text; a byte that starts none stands for itself.
std::string_view first_character(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(1, base::utf8_sequence(text)));
}

/// Longest beginning of `word` (at least one character) that takes at most `width` columns.
std::string_view fitting(std::string_view word, std::size_t width) {
  std::size_t used = 0, bytes = 0;
  while (bytes < word.size()) {
    const std::string_view next = first_character(word.substr(bytes));
    if (bytes > 0 && used + width_of(next) > width) break;
    used += width_of(next);
    bytes += next.size();
  }
  return word.substr(0, bytes);
}

}  // namespace

std::size_t terminal_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::string_view next = first_character(text);
    width += width_of(next);
    text.remove_prefix(next.size());
  }
  return width;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  TALLY_ASSERT(width >= 2);
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t gap = lines.back().empty() ? 0 : 1;
    if (used + gap + terminal_width(word) <= width) {
      lines.back().append(gap, ' ').append(word);
      used += gap + terminal_width(word);
      continue;
    }
    if (!lines.back().empty()) lines.emplace_back();
    while (terminal_width(word) > width) {
      const std::string_view piece = fitting(word, width);
      lines.back() += piece;
      lines.emplace_back();
      word.remove_prefix(piece.size());
    }
    lines.back() += word;
    used = terminal_width(word);
  }
  return lines;
}

void paragraph(std::string& out, std::string_view raw, std::size_t width, std::size_t indent, std::string_view first) {
  std::string_view lead = first;
  for (std::string line : wrap(base::displayable(raw), width - indent)) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += lead.empty() ? std::string(line.empty() ? 0 : indent, ' ') : padded(lead, indent);
    out += line + "\n";
    lead = "";
  }
}

std::string painted(std::string_view text, std::string_view code, bool colour) {
  if (!colour || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = terminal_width(text);
  return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

}  // namespace tally::report
