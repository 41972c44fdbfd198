#include "connectors/directory/ldif_reader.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

constexpr std::size_t kMaxRejectValue = 200;

bool starts_with_name(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         equal_ignoring_case(line.substr(0, name.size()), name);
}

std::string_view after_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  return error == std::errc{} ? std::optional(n) : std::nullopt;
}

/// RFC 2849 AttributeDescription: a name or OID, options after ";". "=" and "," come with range options.
bool is_attribute(std::string_view name) {
  if (name.empty()) return false;
  for (char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && std::string_view("-;.=*_").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

constexpr std::array<std::int8_t, 256> base64_values() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 256> table{};
  for (auto& value : table) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr std::array<std::int8_t, 256> kBase64 = base64_values();

}  // namespace

std::optional<std::size_t> decode_base64_in_place(char* text, std::size_t size) {
  if (size % 4 != 0) return std::nullopt;
  std::size_t out = 0;
  for (std::size_t i = 0; i < size; i += 4) {
    const bool last = i + 4 == size;
    const std::size_t pads = !last || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const std::int8_t value = j >= 4 - pads ? std::int8_t{0} : kBase64[static_cast<unsigned char>(text[i + j])];
      if (value < 0) return std::nullopt;
      bits = bits << 6U | static_cast<std::uint32_t>(value);
    }
    if ((pads == 1 && (bits & 0xFFU) != 0) || (pads == 2 && (bits & 0xFFFFU) != 0)) return std::nullopt;
    for (std::size_t j = 0; j < 3 - pads; ++j) text[out++] = static_cast<char>(bits >> (16 - 8 * j) & 0xFFU);
  }
  return out;
}

void LdifReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    if (newline == std::string_view::npos) {
      // What is beyond the limit is cut here and refused as too long when its line ends.
      partial_.append(bytes.substr(0, kMaxLine + 1 - std::min(partial_.size(), kMaxLine + 1)));
      return;
    }
    if (partial_.empty()) {
      physical_line(bytes.substr(0, newline));
    } else {
      partial_.append(bytes.substr(0, newline));
      physical_line(partial_);
      partial_.clear();
    }
    bytes.remove_prefix(newline + 1);
  }
}

void LdifReader::finish() {
  if (!partial_.empty()) {
    physical_line(partial_);
    partial_.clear();
    cut_ = "the file ends in the middle of a line";
  } else if (!lines_.empty() || skipping_) {
    cut_ = "the file does not end with a blank line, as exports do";
  }
  end_record();
}

void LdifReader::physical_line(std::string_view line) {
  ++line_;
  if (at_start_) {
    at_start_ = false;
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
      refuse(line_, "", "the file is UTF-16; LDIF is UTF-8: export it without the Unicode option");
    }
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    end_record();
  } else if (line.front() == ' ') {
    continue_line(line.substr(1));
  } else if (line.front() == '#') {
    in_comment_ = true;
    comment(line);
  } else {
    begin_line(line);
  }
}

void LdifReader::begin_line(std::string_view line) {
  in_comment_ = false;
  const bool is_dn = starts_with_name(line, "dn");
  if (is_dn && (skipping_ || !lines_.empty())) {
    const bool after_version = !skipping_ && lines_.size() == 1 && starts_with_name(text_of(lines_[0]), "version");
    if (!after_version) {
      handler_.reject({line_, "dn", "", "a blank line is missing before this record; it is read as a new one", false});
      cut_ = fmt::format("the record before line {} does not end with a blank line: lines of it may be lost", line_);
      end_record();
    }
  }
  if (is_dn) ++records_;
  if (skipping_) return;
  if (line.size() > kMaxLine || record_.size() + line.size() > kMaxRecord) {
    refuse(line_, line, "longer than any entry may be; the record is left out");
    return;
  }
  lines_.push_back({line_, record_.size(), record_.size() + line.size()});
  record_.append(line);
}

void LdifReader::continue_line(std::string_view rest) {
  if (in_comment_ || skipping_) return;
  if (lines_.empty()) {
    refuse(line_, rest, "a continued line with nothing before it; the record is left out");
    return;
  }
  if (record_.size() - lines_.back().begin + rest.size() > kMaxLine || record_.size() + rest.size() > kMaxRecord) {
    refuse(lines_.back().number, text_of(lines_.back()), "longer than any entry may be; the record is left out");
    return;
  }
  record_.append(rest);
  lines_.back().end = record_.size();
}

void LdifReader::comment(std::string_view text) {
  constexpr std::string_view kLdapsearch = "# numEntries: ";
  constexpr std::string_view kLdbsearch = "# returned ";
  std::optional<std::uint64_t> count;
  if (text.starts_with(kLdapsearch)) count = leading_number(text.substr(kLdapsearch.size()));
  if (text.starts_with(kLdbsearch)) count = leading_number(text.substr(kLdbsearch.size()));
  if (count) declared_ = declared_.value_or(0) + *count;
}

void LdifReader::end_record() {
  in_comment_ = false;
  if (!skipping_ && !lines_.empty()) read_record();
  skipping_ = false;
  lines_.clear();
  record_.clear();
}

void LdifReader::read_record() {
  std::size_t first = 0;
  if (starts_with_name(text_of(lines_[0]), "version")) {
    const std::string_view version = after_spaces(text_of(lines_[0]).substr(8));
    if (version != "1") return refuse(lines_[0].number, version, "LDIF version 1 expected; the record is left out");
    if (lines_.size() == 1) return;
    first = 1;
  }
  if (!starts_with_name(text_of(lines_[first]), "dn")) {
    if (read_trailer(text_of(lines_[first]))) return;
    return refuse(lines_[first].number, text_of(lines_[first]), "a record begins with \"dn:\"; it is left out");
  }
  for (std::size_t i = first; i < lines_.size(); ++i) {
    if (!read_line(lines_[i], i == first)) return;
  }
  entry_.merge();
  handler_.entry(entry_);
}

/// What ldapsearch writes between the entries when it is not told -LLL: "ref: ldap://…", "search: 2" with "result: 0
/// Success".
bool LdifReader::read_trailer(std::string_view first) {
  if (starts_with_name(first, "ref")) {
    ++referrals_;
    return true;
  }
  if (!starts_with_name(first, "search")) return false;
  for (const Line& line : lines_) {
    if (!starts_with_name(text_of(line), "result")) continue;
    const std::string_view result = after_spaces(text_of(line).substr(7));
    if (!result.starts_with("0 ")) bad_results_.emplace_back(base::displayable(result.substr(0, kMaxRejectValue)));
  }
  return true;
}

bool LdifReader::read_line(const Line& line, bool is_dn) {
  const std::string_view text = text_of(line);
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon == std::string_view::npos || !is_attribute(name)) {
    refuse(line.number, text, "expected \"attribute: value\"; the record is left out");
    return false;
  }
  if (equal_ignoring_case(name, "changetype") || equal_ignoring_case(name, "control")) {
    refuse(line.number, text, "a change record, not an entry: changes are not applied; the record is left out");
    return false;
  }
  std::string_view value;
  if (!value_of(line, text.substr(colon + 1), value)) return false;
  if (is_dn) {
    entry_.start(value, line.number);
  } else {
    if (entry_.attributes().empty() || entry_.attributes().back().name != name) entry_.attribute(name);
    if (!value.empty()) entry_.value(value);
  }
  return true;
}

/// What stands after the first colon: " text", ": base64" or "< URL".
bool LdifReader::value_of(const Line& line, std::string_view rest, std::string_view& value) {
  if (rest.starts_with('<')) {
    refuse(line.number, text_of(line), "a value at a URL is never fetched; the record is left out");
    return false;
  }
  if (!rest.starts_with(':')) {
    value = after_spaces(rest);
    return true;
  }
  const std::string_view encoded = after_spaces(rest.substr(1));
  const auto offset = static_cast<std::size_t>(encoded.data() - record_.data());
  char* place = record_.data() + (encoded.empty() ? 0 : offset);
  const auto size = decode_base64_in_place(place, encoded.size());
  if (!size) {
    refuse(line.number, text_of(line), "broken base64; the record is left out");
    return false;
  }
  value = std::string_view(place, *size);
  return true;
}

void LdifReader::refuse(std::uint64_t line, std::string_view text, std::string reason) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view column = is_attribute(text.substr(0, colon)) ? text.substr(0, colon) : std::string_view{};
  handler_.reject({line, std::string(column.substr(0, kMaxRejectValue)),
                   base::displayable(text.substr(0, kMaxRejectValue)), std::move(reason), true});
  skipping_ = true;
}

std::string_view LdifReader::text_of(const Line& line) const {
  return std::string_view(record_).substr(line.begin, line.end - line.begin);
}

}  // namespace tally::directory
