#include "daemon/ledger/leaf_glance.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/entry_form.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The high bit of each of eight bytes that is a quote, a backslash, a control character or above 0x7f. The lowest bit
/// that is set is always right; a borrow can set one above it that is not.
std::uint64_t special(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U, kHigh = 0x8080808080808080U;
  const auto has_zero = [](std::uint64_t x) { return (x - kOnes) & ~x & kHigh; };
  const std::uint64_t below_space = (eight - kOnes * 0x20) & ~eight & kHigh;
  return (eight & kHigh) | below_space | has_zero(eight ^ kOnes * '"') | has_zero(eight ^ kOnes * '\\');
}

/// With a size that the compiler knows, which is one comparison of a word and no call.
template <std::size_t kSize>
bool is(std::string_view text, const char (&word)[kSize]) {
  return text.size() == kSize - 1 && std::memcmp(text.data(), word, kSize - 1) == 0;
}

bool comes_before(std::string_view a, std::string_view b) {
  if (!a.empty() && !b.empty() && a[0] != b[0]) return a[0] < b[0];  // ASCII: see take_name
  return a < b;
}

/// Reads canonical JSON from front to back (canonical_json.cpp says what that is). Each take_ function gives false for
/// whatever it does not know, and the whole look ends there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : next_(text.data()), end_(text.data() + text.size()) {}

  /// Calls `see(name, value, text)` for every member of the outermost object.
  template <class See>
  bool take_object(See see) {
    return take('{') && take_members(1, see) && next_ == end_;
  }

 private:
  bool take(char expected) {
    if (next_ == end_ || *next_ != expected) return false;
    ++next_;
    return true;
  }

  struct Ignore {
    void operator()(std::string_view, std::string_view, std::string_view) const {}
  };

  /// What follows the brace of an object at that depth.
  template <class See>
  bool take_members(int depth, See& see) {
    if (take('}')) return true;
    std::string_view before;
    for (bool first = true;; first = false) {
      const char* const member = next_;
      std::string_view name;
      if (!take_name(name) || (!first && !comes_before(before, name)) || !take(':')) return false;
      const char* const value = next_;
      if (!take_value(depth)) return false;
      see(name, since(value), since(member));
      before = name;
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool take_items(int depth) {
    if (take(']')) return true;
    do {
      if (!take_value(depth)) return false;
    } while (take(','));
    return take(']');
  }

  bool take_value(int depth) {
    if (next_ == end_) return false;
    switch (*next_) {
      case '"': return ++next_, take_string();
      case '{': return ++next_, depth < kMaxJsonDepth && take_members(depth + 1, ignore_);
      case '[': return ++next_, depth < kMaxJsonDepth && take_items(depth + 1);
      case 't': return take_word("true");
      case 'f': return take_word("false");
      case 'n': return take_word("null");
      default: return take_integer();
    }
  }

  bool take_word(std::string_view word) {
    if (static_cast<std::size_t>(end_ - next_) < word.size() || std::memcmp(next_, word.data(), word.size()) != 0) {
      return false;
    }
    next_ += word.size();
    return true;
  }

  /// Fifteen digits at most: what is between that and 2^53 is left to the exact reader.
  bool take_integer() {
    const bool negative = take('-');
    const char* begin = next_;
    while (next_ != end_ && is_digit(*next_)) ++next_;
    const auto digits = next_ - begin;
    if (digits == 0 || digits > 15) return false;
    return *begin != '0' || (digits == 1 && !negative);
  }

  /// A name without escapes: ASCII, so that the order of its bytes is that of RFC 8785.
  bool take_name(std::string_view& name) {
    if (!take('"')) return false;
    const char* begin = next_;
    skip_plain();
    name = {begin, static_cast<std::size_t>(next_ - begin)};
    return take('"');
  }

  /// Goes on to the next quote, backslash, control character or byte above 0x7f, or to the end.
  void skip_plain() {
    for (std::uint64_t eight = 0; end_ - next_ >= 8; next_ += 8) {
      std::memcpy(&eight, next_, 8);
      const std::uint64_t found = special(eight);
      if (found == 0) continue;
      if constexpr (std::endian::native == std::endian::little) {
        next_ += std::countr_zero(found) / 8;
        return;
      }
      break;
    }
    while (next_ != end_ && *next_ >= ' ' && *next_ != '"' && *next_ != '\\') ++next_;  // a char above 0x7f is negative
  }

  /// What follows the quote of a string.
  bool take_string() {
    for (;;) {
      skip_plain();
      if (next_ == end_) return false;
      const auto c = static_cast<unsigned char>(*next_);
      if (c == '"') return ++next_, true;
      if (c < 0x20) return false;
      std::size_t length = 1;
      if (c == '\\') length = escape();
      if (c >= 0x80) length = base::utf8_sequence({next_, static_cast<std::size_t>(end_ - next_)});
      if (length == 0) return false;
      next_ += length;
    }
  }

  /// Length of an escape that has no shorter spelling, or 0.
  [[nodiscard]] std::size_t escape() const {
    const auto left = static_cast<std::size_t>(end_ - next_);
    if (left < 2) return 0;
    if (std::strchr("\"\\bfnrt", next_[1]) != nullptr && next_[1] != '\0') return 2;
    if (left < 6 || std::memcmp(next_, "\\u00", 4) != 0) return 0;
    const char high = next_[4], low = next_[5];
    if (high == '1') return is_digit(low) || (low >= 'a' && low <= 'f') ? 6 : 0;
    // \b \t \n \f \r are spelt short.
    return high == '0' && ((low >= '0' && low <= '7') || low == 'b' || low == 'e' || low == 'f') ? 6 : 0;
  }

  [[nodiscard]] std::string_view since(const char* begin) const {
    return {begin, static_cast<std::size_t>(next_ - begin)};
  }

  const char* next_;
  const char* end_;
  Ignore ignore_;
};

/// The members that every entry may have, as they stand between quotes; the version as it stands.
struct Common {
  std::string_view type, ts, subject, commitment, version;

  void operator()(std::string_view name, std::string_view value, std::string_view /*text*/) {
    if (is(name, "type")) type = text_of(value);
    if (is(name, "ts")) ts = text_of(value);
    if (is(name, "v")) version = value;
    // An empty one would look like none: leave it to the exact reader.
    if (is(name, "subj")) subject = text_of(value).empty() ? value : text_of(value);
    if (is(name, "pii")) commitment = text_of(value).empty() ? value : text_of(value);
  }
  /// A text without its quotes; nothing of another value.
  static std::string_view text_of(std::string_view value) {
    return value.size() >= 2 && value[0] == '"' ? value.substr(1, value.size() - 2) : std::string_view();
  }
};

/// "hs256:" or "hf256:", and strict base64 of 32 bytes: 43 letters, the last one with two zero bits, and '='.
bool is_commitment(std::string_view text) {
  const bool is_known = text.starts_with("hs256:") || text.starts_with("hf256:");
  if (text.size() != 50 || !is_known || text.back() != '=') return false;
  for (const char c : text.substr(6, 43)) {
    if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '+' && c != '/') return false;
  }
  return std::string_view("AEIMQUYcgkosw048").find(text[48]) != std::string_view::npos;
}

}  // namespace

std::optional<LeafGlance> LeafReader::glance(std::string_view leaf) {
  Common common;
  if (leaf.size() > kMaxEntryBytes || !Scanner(leaf).take_object(std::ref(common))) return std::nullopt;
  if (common.version != "1" || !is_type(common.type) || common.type == entry_type::kGenesis) return std::nullopt;
  if (!common.subject.empty() && !is_subject(common.subject)) return std::nullopt;
  if (!common.commitment.empty() && !is_commitment(common.commitment)) return std::nullopt;
  const auto time = time_of(common.ts);
  if (!time) return std::nullopt;
  return LeafGlance{common.type, *time, common.subject, common.commitment};
}

bool is_plainly_canonical(std::string_view object) {
  return Scanner(object).take_object([](std::string_view, std::string_view, std::string_view) {});
}

std::optional<std::vector<JsonMember>> members_of(std::string_view object) {
  std::vector<JsonMember> members;
  const auto see = [&](std::string_view name, std::string_view /*value*/, std::string_view text) {
    members.push_back({name, text});
  };
  if (!Scanner(object).take_object(see)) return std::nullopt;
  return members;
}

std::optional<base::Instant> LeafReader::time_of(std::string_view ts) {
  if (!ts.empty() && ts == last_ts_) return last_time_;
  const auto time = base::parse_instant(ts);
  if (!time || base::format_instant(*time) != ts) return std::nullopt;
  last_ts_ = ts;
  last_time_ = *time;
  return time;
}

}  // namespace tally::ledger
