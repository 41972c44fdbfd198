#include "connectors/hr/text_feed.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "policy/base/assert.h"

namespace tally::hr {
namespace {

constexpr std::size_t kRawChunk = std::size_t{1} << 16;
constexpr std::size_t kLongestMark = 4;  // UTF-32
constexpr char kIllegal = '\xFF';

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

Converter open_converter(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(name.empty() ? nullptr : ucnv_open(std::string(name).c_str(), &status), &ucnv_close);
  if (U_FAILURE(status)) converter.reset();
  return converter;
}

std::string canonical_name(UConverter* converter) {
  UErrorCode status = U_ZERO_ERROR;
  const char* name = ucnv_getName(converter, &status);
  return U_SUCCESS(status) && name != nullptr ? name : "";
}

/// UTF-16 of one piece, appended as UTF-8; `high` carries half a pair over to the next piece.
class Utf8Writer {
 public:
  void unit(char16_t u, std::string& out) {
    if (high_ != 0) {
      const std::uint32_t high = std::exchange(high_, 0);
      if (u >= 0xDC00 && u <= 0xDFFF) {
        put(0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00U), out);
        return;
      }
      out += kIllegal;
    }
    if (u >= 0xD800 && u <= 0xDBFF) {
      high_ = u;
    } else if ((u >= 0xDC00 && u <= 0xDFFF) || (u >= 0x80 && u <= 0x9F)) {
      // Half a pair, or a C1 control: what ICU makes of the undefined bytes of Windows code pages, and of Windows
      // quotes in a file that claims to be ISO-8859-1. Neither is text of a person.
      out += kIllegal;
    } else {
      put(u, out);
    }
  }

 private:
  static void put(std::uint32_t c, std::string& out) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xC0 | (c >> 6));
      byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      byte(0xE0 | (c >> 12));
      byte(0x80 | ((c >> 6) & 0x3F));
      byte(0x80 | (c & 0x3F));
    } else {
      byte(0xF0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 0x3F));
      byte(0x80 | ((c >> 6) & 0x3F));
      byte(0x80 | (c & 0x3F));
    }
  }
  std::uint32_t high_ = 0;
};

}  // namespace

struct TextFeed::State {
  Bytes raw;
  Converter converter{nullptr, &ucnv_close};  ///< none: UTF-8 passes as it is
  std::vector<char> input;                    ///< raw bytes not yet converted are [input_at, input_end)
  std::size_t input_at = 0, input_end = 0;
  std::string text;  ///< UTF-8 not yet handed out begins at text_at
  std::size_t text_at = 0;
  Utf8Writer writer;
  bool at_start = true, raw_ended = false, flushed = false;

  void fill_input();
  void top_up_input();
  void convert();
  base::Result<void> pass_byte_order_mark(const std::string& canonical, std::string_view encoding);
};

void TextFeed::State::fill_input() {
  input_at = 0;
  input_end = raw_ended ? 0 : raw(input);
  raw_ended = input_end == 0;
}

void TextFeed::State::top_up_input() {
  const std::size_t got = raw(std::span<char>(input).subspan(input_end));
  input_end += got;
  raw_ended = got == 0;
}

/// One step of the converter: more UTF-8 in `text`, or `flushed` at the end.
void TextFeed::State::convert() {
  text.clear();
  text_at = 0;
  if (input_at == input_end) fill_input();
  std::array<UChar, 4096> units{};
  UChar* to = units.data();
  const char* from = input.data() + input_at;
  UErrorCode status = U_ZERO_ERROR;
  ucnv_toUnicode(converter.get(), &to, units.data() + units.size(), &from, input.data() + input_end, nullptr,
                 static_cast<UBool>(raw_ended), &status);
  input_at = static_cast<std::size_t>(from - input.data());
  for (const UChar* u = units.data(); u < to; ++u) {
    if (!(std::exchange(at_start, false) && *u == 0xFEFF)) writer.unit(*u, text);
  }
  if (status == U_BUFFER_OVERFLOW_ERROR) return;
  if (U_FAILURE(status)) text += kIllegal;
  if (status == U_ZERO_ERROR || status == U_TRUNCATED_CHAR_FOUND) flushed = raw_ended && input_at == input_end;
}

base::Result<void> TextFeed::State::pass_byte_order_mark(const std::string& canonical, std::string_view encoding) {
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  const char* found = ucnv_detectUnicodeSignature(
      input.data(), static_cast<std::int32_t>(std::min<std::size_t>(input_end, 16)), &length, &status);
  if (U_FAILURE(status) || found == nullptr) return {};
  const std::string_view mark = found;
  const bool agrees = canonical == mark || canonical == mark.substr(0, mark.size() - 2);  // "UTF-16" reads "UTF-16LE"
  if (!agrees) {
    return base::failure(
        base::ErrorKind::malformed,
        fmt::format("the file begins with the byte-order mark of {}, but its encoding is set to {}", mark, encoding));
  }
  if (!converter) input_at = static_cast<std::size_t>(length);
  return {};
}

bool is_encoding(std::string_view name) { return open_converter(name) != nullptr; }

base::Result<TextFeed> TextFeed::create(Bytes raw, std::string_view encoding) {
  auto state = std::make_unique<State>();
  state->raw = std::move(raw);
  state->converter = open_converter(encoding);
  if (!state->converter) {
    return base::failure(base::ErrorKind::unsupported, fmt::format("there is no encoding named \"{}\"", encoding));
  }
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setToUCallBack(state->converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  TALLY_ASSERT(U_SUCCESS(status));
  const std::string canonical = canonical_name(state->converter.get());
  if (canonical == "UTF-8") state->converter.reset();
  state->input.resize(kRawChunk);
  state->fill_input();
  while (state->input_end < kLongestMark && !state->raw_ended) state->top_up_input();
  if (const auto passed = state->pass_byte_order_mark(canonical, encoding); !passed) {
    return tl::unexpected(passed.error());
  }
  return TextFeed(std::move(state));
}

TextFeed::TextFeed(std::unique_ptr<State> state) : state_(std::move(state)) {}
TextFeed::TextFeed(TextFeed&&) noexcept = default;
TextFeed& TextFeed::operator=(TextFeed&&) noexcept = default;
TextFeed::~TextFeed() = default;

std::size_t TextFeed::read(std::span<char> room) {
  State& s = *state_;
  if (!s.converter) {
    if (s.input_at == s.input_end) return s.raw_ended ? 0 : s.raw(room);
    const std::size_t n = std::min(room.size(), s.input_end - s.input_at);
    std::memcpy(room.data(), s.input.data() + s.input_at, n);
    s.input_at += n;
    return n;
  }
  while (s.text_at == s.text.size() && !s.flushed) s.convert();
  const std::size_t n = std::min(room.size(), s.text.size() - s.text_at);
  std::memcpy(room.data(), s.text.data() + s.text_at, n);
  s.text_at += n;
  return n;
}

}  // namespace tally::hr
