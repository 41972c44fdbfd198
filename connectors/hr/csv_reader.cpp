#include "connectors/hr/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "policy/base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tally::hr {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;  // fits the second-level cache, and a read costs nothing beside it
constexpr std::size_t kSlack = 16;                    // a block that begins inside the text may end behind it

/// The first delimiter, quote, CR or LF in [at, end), or `end`. May look at kSlack bytes behind `end`.
const char* find_special(const char* at, const char* end, char delimiter) {
#if defined(__SSE2__)
  const __m128i d = _mm_set1_epi8(delimiter), q = _mm_set1_epi8('"'), r = _mm_set1_epi8('\r'), n = _mm_set1_epi8('\n');
  for (; at < end; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, d), _mm_cmpeq_epi8(block, q)),
                                     _mm_or_si128(_mm_cmpeq_epi8(block, r), _mm_cmpeq_epi8(block, n)));
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (bits != 0) return std::min(at + __builtin_ctz(bits), end);
  }
  return end;
#else
  return std::find_if(at, end, [&](char c) { return c == delimiter || c == '"' || c == '\r' || c == '\n'; });
#endif
}

/// True when no byte is NUL or above 0x7F. False may be wrong: then somebody looks closely.
bool plainly_ascii(const char* at, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  std::uint64_t hits = 0;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at + i, 8);
    hits |= (word - kOnes) | word;  // a borrow out of a zero byte, or a high bit
  }
  for (; i < size; ++i) {
    const std::uint64_t byte = static_cast<unsigned char>(at[i]);
    hits |= (byte - 1) | byte;
  }
  return (hits & kHighs) == 0;
}

/// Makes "" one quote again, in place.
std::string_view undouble(std::string_view field, char* start) {
  char* to = start;
  for (std::size_t i = 0; i < field.size(); ++i) {
    *to++ = field[i];
    if (field[i] == '"') ++i;
  }
  return {start, static_cast<std::size_t>(to - start)};
}

}  // namespace

bool CsvTrouble::quoting() const {
  return kind == Kind::stray_quote || kind == Kind::text_after_quote || kind == Kind::too_long ||
         kind == Kind::open_quote;
}

std::string CsvTrouble::in_words() const { return fmt::format("line {}, character {}: {}", line, character, what); }

CsvReader::CsvReader(Bytes bytes, CsvFormat format)
    : bytes_(std::move(bytes)), format_(format), buffer_(kChunk + kSlack) {}

CsvReader::Step CsvReader::next() {
  while (true) {
    if (begin_ == end_ && !refill()) {
      first_line_ = line_;
      return Step::end;
    }
    if (pass_blank_line()) continue;
    const Scan scanned = scan();
    if (scanned == Scan::starved) {
      const std::size_t seen = end_ - begin_;
      if (seen < 2 || seen - 2 < format_.max_record_bytes) {  // 2: the CR LF behind the longest record
        refill();
        continue;
      }
      content_end_ = end_;
    }
    first_line_ = line_;
    const std::size_t length = (scanned == Scan::broken ? next_ : content_end_) - begin_;
    if (length > format_.max_record_bytes) {
      broken(CsvTrouble::Kind::too_long, begin_ + format_.max_record_bytes,
             fmt::format("the record is longer than {} bytes; is a closing quote missing?", format_.max_record_bytes));
      return refuse_line();
    }
    return scanned == Scan::broken ? refuse_line() : accept();
  }
}

/// Reads fields from begin_ until the record ends, the bytes do, or something is wrong.
CsvReader::Scan CsvReader::scan() {
  fields_.clear();
  doubled_.clear();
  quoted_ = false;
  field_complete_ = false;
  std::size_t at = begin_;
  while (!field_complete_) {
    const bool quote = at < end_ && buffer_[at] == '"';
    const Scan scanned = quote ? scan_quoted(at) : scan_unquoted(at);
    if (scanned != Scan::complete) return scanned;
  }
  return Scan::complete;
}

CsvReader::Scan CsvReader::scan_unquoted(std::size_t& at) {
  const char* base = buffer_.data();
  const char* stop = find_special(base + at, base + end_, format_.delimiter);
  const auto where = static_cast<std::size_t>(stop - base);
  if (where < end_ && *stop == '"') {
    return broken(CsvTrouble::Kind::stray_quote, where, "a quote inside an unquoted field");
  }
  return end_field(at, where, std::string_view(base + at, where - at));
}

CsvReader::Scan CsvReader::scan_quoted(std::size_t& at) {
  const char* base = buffer_.data();
  bool doubled = false;
  quoted_ = true;
  for (std::size_t from = at + 1;;) {
    const void* found = from < end_ ? std::memchr(base + from, '"', end_ - from) : nullptr;
    if (found == nullptr) {
      if (!at_end_) return Scan::starved;
      return broken(CsvTrouble::Kind::open_quote, at, "the text ends inside the quoted field that begins here");
    }
    const auto quote = static_cast<std::size_t>(static_cast<const char*>(found) - base);
    if (quote + 1 == end_ && !at_end_) return Scan::starved;
    if (quote + 1 < end_ && base[quote + 1] == '"') {
      doubled = true;
      from = quote + 2;
      continue;
    }
    if (doubled) doubled_.push_back(fields_.size());
    return end_field(at, quote + 1, std::string_view(base + at + 1, quote - at - 1));
  }
}

/// The byte at `end` must be a delimiter or begin a line end; `at` moves behind it.
CsvReader::Scan CsvReader::end_field(std::size_t& at, std::size_t end, std::string_view field) {
  if (end == end_ && !at_end_) return Scan::starved;
  const char stop = end < end_ ? buffer_[end] : '\n';
  if (stop == '\r' && end + 1 == end_ && !at_end_) return Scan::starved;
  if (stop == format_.delimiter) {
    fields_.push_back(field);
    at = end + 1;
    return Scan::complete;
  }
  const bool crlf = stop == '\r' && (end + 1 == end_ || buffer_[end + 1] == '\n');
  if (stop != '\n' && !crlf) {
    if (stop == '\r') {
      return broken(CsvTrouble::Kind::bare_return, end, "a carriage return without a line feed, outside quotes");
    }
    return broken(CsvTrouble::Kind::text_after_quote, end, "text behind a closing quote");
  }
  fields_.push_back(field);
  content_end_ = end;
  next_ = std::min(end_, end + (crlf ? 2 : 1));
  line_ended_ = next_ > end && buffer_[next_ - 1] == '\n';
  field_complete_ = true;
  return Scan::complete;
}

bool CsvReader::pass_blank_line() {
  if (buffer_[begin_] == '\r' && begin_ + 1 == end_) refill();
  const std::size_t returns = buffer_[begin_] == '\r' ? 1 : 0;
  const std::size_t feed = begin_ + returns;
  const bool blank = feed < end_ ? buffer_[feed] == '\n' : returns == 1;
  if (!blank) return false;
  begin_ = std::min(end_, feed + 1);
  ++line_;
  ++blank_lines_;
  return true;
}

/// The record is whole; are its bytes and its width right?
CsvReader::Step CsvReader::accept() {
  const bool good = check_bytes() && check_width();
  if (quoted_) count_lines(begin_, content_end_);  // before undoubling moves bytes
  for (const std::size_t i : doubled_) {
    fields_[i] = undouble(fields_[i], buffer_.data() + (fields_[i].data() - buffer_.data()));
  }
  ++line_;
  begin_ = next_;
  return good ? Step::record : Step::refused;
}

bool CsvReader::check_bytes() {
  const std::string_view record(buffer_.data() + begin_, content_end_ - begin_);
  if (plainly_ascii(record.data(), record.size())) return true;
  if (const std::size_t nul = record.find('\0'); nul != std::string_view::npos) {
    trouble(CsvTrouble::Kind::nul_byte, begin_ + nul, "a NUL byte");
    return false;
  }
  for (std::size_t i = 0; i < record.size();) {
    if (static_cast<unsigned char>(record[i]) < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = base::utf8_sequence(record.substr(i));
    if (length == 0) {
      const bool cut = !line_ended_ && record.size() - i < 4;  // no character has more than 4 bytes
      trouble(cut ? CsvTrouble::Kind::cut_short : CsvTrouble::Kind::ill_formed, begin_ + i,
              cut ? "the text ends inside a character" : "a byte that is not valid in the encoding of the file");
      return false;
    }
    i += length;
  }
  return true;
}

bool CsvReader::check_width() {
  if (width_ == 0 || fields_.size() == width_) return true;
  const bool cut = !line_ended_ && fields_.size() < width_;
  trouble(cut ? CsvTrouble::Kind::cut_short : CsvTrouble::Kind::wrong_width, content_end_,
          fmt::format("{} field{} where {} are expected{}", fields_.size(), fields_.size() == 1 ? "" : "s", width_,
                      cut ? ", and no line end: the text is cut" : ""));
  return false;
}

/// Goes on behind the first LF at or after next_ (where broken() put it).
CsvReader::Step CsvReader::refuse_line() {
  count_lines(begin_, next_);
  begin_ = next_;
  ++line_;
  if (begin_ == end_ && buffer_[end_ - 1] == '\n') --line_;  // an open quote at the end: that LF began no line
  while (begin_ < end_ || refill()) {
    const void* found = std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    begin_ = found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
    if (found != nullptr) break;
  }
  return Step::refused;
}

/// Notes what is wrong with the record that begins at begin_, on line_.
void CsvReader::trouble(CsvTrouble::Kind kind, std::size_t at, std::string what) {
  const std::string_view before(buffer_.data() + begin_, at - begin_);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  const std::string_view in_line = before.substr(line_start);
  trouble_ = {
      kind, line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')),
      in_line.size() - static_cast<std::uint64_t>(std::count_if(in_line.begin(), in_line.end(), continuation)) + 1,
      std::move(what)};
}

/// The structure is lost at `at`: what comes before the next LF behind it is refused too.
CsvReader::Scan CsvReader::broken(CsvTrouble::Kind kind, std::size_t at, std::string what) {
  trouble(kind, at, std::move(what));
  next_ = kind == CsvTrouble::Kind::open_quote ? end_ : at;
  return Scan::broken;
}

/// Brings more bytes behind those of the unfinished record; false when there are none.
bool CsvReader::refill() {
  if (at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() - kSlack - end_ < kChunk / 2) buffer_.resize(end_ + kChunk + kSlack);
  const std::size_t got = bytes_(std::span<char>(buffer_).subspan(end_, buffer_.size() - kSlack - end_));
  end_ += got;
  at_end_ = got == 0;
  return got != 0;
}

/// By memchr: nearly always there is none, and a loop over letters costs more than all else here.
void CsvReader::count_lines(std::size_t from, std::size_t to) {
  const char* at = buffer_.data() + from;
  const char* const end = buffer_.data() + to;
  while (at < end) {
    const void* feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (feed == nullptr) return;
    at = static_cast<const char*>(feed) + 1;
    ++line_;
  }
}

}  // namespace tally::hr
