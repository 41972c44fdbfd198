#include "policy/correlation/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::correlation {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string fold(std::string_view text) {
  text = trimmed(text);
  if (is_ascii(text)) return ascii_lower(text);
  if (!base::is_utf8(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  TALLY_ASSERT(U_SUCCESS(status));
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  casefold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
  // Other blanks (U+00A0, U+3000) have become spaces.
  return U_SUCCESS(status) ? std::string(trimmed(out)) : std::string(text);
}

std::string mail_key(std::string_view mail) {
  std::string key = fold(mail);
  const auto at = key.find('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < key.size();
  return is_address ? key : std::string();
}

}  // namespace tally::correlation
