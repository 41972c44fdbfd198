#include "daemon/pipeline/identifiers.h"

#include <algorithm>

namespace tally::pipeline {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), small);
  return out;
}

/// Letters and digits of any script: bytes of UTF-8 beyond ASCII belong to one.
bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (small(c) >= 'a' && small(c) <= 'z');
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number(std::string_view word) { return std::all_of(word.begin(), word.end(), is_digit); }

/// A date, a time, a fraction or an address goes on here: "2026-03-31", "52.018243".
bool goes_on(const std::string& text, std::size_t mark, std::size_t beyond) {
  return mark < text.size() && beyond < text.size() &&
         std::string_view("-:.,/").find(text[mark]) != std::string_view::npos && is_digit(text[beyond]);
}

bool has_word(const std::string& text, const std::string& word) {
  const bool number = is_number(word);
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !in_word(text[at - 1]) || !in_word(word.front());
    const bool ends = end == text.size() || !in_word(text[end]) || !in_word(word.back());
    const bool part = number && (goes_on(text, end, end + 1) || (at >= 2 && goes_on(text, at - 1, at - 2)));
    if (begins && ends && !part) return true;
  }
  return false;
}

}  // namespace

void Identifiers::add(std::string_view word) {
  const auto from = word.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return;
  word = word.substr(from, word.find_last_not_of(" \t\r\n") - from + 1);
  if (std::none_of(word.begin(), word.end(), in_word)) return;
  words_.insert(folded(word));
}

bool Identifiers::in(std::string_view text) const {
  if (text.empty()) return false;
  const std::string searched = folded(text);
  return std::any_of(words_.begin(), words_.end(), [&](const std::string& word) {
    if (is_number(word) && word.size() < kShortNumber) return false;
    return word.size() < kShort ? searched == word : has_word(searched, word);
  });
}

}  // namespace tally::pipeline
