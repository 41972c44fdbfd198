#include "connectors/directory/replica_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::directory {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void write_text(std::string_view text, std::string& out) {
  write_number(text.size(), out);
  out += text;
}

std::optional<std::string_view> take_text(std::string_view& in) {
  const auto size = take_number(in);
  if (!size || *size > in.size()) return std::nullopt;
  const std::string_view out = in.substr(0, *size);
  in.remove_prefix(*size);
  return out;
}

/// Name and values, each list in order, so that the order in which a server sends them does not count.
std::vector<std::pair<std::string, std::vector<std::string_view>>> sorted(const Entry& entry,
                                                                          const std::vector<std::string>& but) {
  std::vector<std::pair<std::string, std::vector<std::string_view>>> out;
  for (const Entry::Attribute& attribute : entry.attributes()) {
    const auto is_it = [&](const std::string& one) { return equal_ignoring_case(one, attribute.name); };
    if (std::any_of(but.begin(), but.end(), is_it)) continue;
    const auto values = entry.values_of(attribute);
    out.emplace_back(in_small_letters(attribute.name), std::vector<std::string_view>(values.begin(), values.end()));
    std::sort(out.back().second.begin(), out.back().second.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::optional<EntryKey> EntryKey::of_bytes(std::string_view raw) {
  EntryKey key;
  if (raw.size() != key.bytes.size()) return std::nullopt;
  std::memcpy(key.bytes.data(), raw.data(), raw.size());
  return key;
}

std::optional<EntryKey> EntryKey::of_text(std::string_view text) {
  EntryKey key;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const int digit = digit_of(c);
    if (digit < 0 || digits == 32) return std::nullopt;
    std::uint8_t& byte = key.bytes.at(digits / 2);
    byte = static_cast<std::uint8_t>(static_cast<unsigned>(byte) << 4U | static_cast<unsigned>(digit));
    ++digits;
  }
  return digits == 32 ? std::optional(key) : std::nullopt;
}

std::string EntryKey::text() const {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", bytes.at(i));
  }
  return out;
}

std::optional<std::uint32_t> AttributeNames::number_of(std::string_view name) {
  if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
  own_.push_back(std::make_unique<std::string>(name));
  if (!add_view(*own_.back())) return std::nullopt;
  return static_cast<std::uint32_t>(names_.size() - 1);
}

bool AttributeNames::add_view(std::string_view name) {
  if (names_.size() >= kMost || !numbers_.emplace(name, static_cast<std::uint32_t>(names_.size())).second) return false;
  names_.push_back(name);
  return true;
}

void write_number(std::uint64_t number, std::string& out) {
  while (number >= 0x80) {
    out += static_cast<char>(number | 0x80U);
    number >>= 7U;
  }
  out += static_cast<char>(number);
}

std::optional<std::uint64_t> take_number(std::string_view& in) {
  std::uint64_t number = 0;
  for (unsigned i = 0; i < 9 && i < in.size(); ++i) {
    const auto byte = static_cast<unsigned char>(in[i]);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << 7U * i;
    if (byte < 0x80) {
      in.remove_prefix(i + 1);
      return number;
    }
  }
  return std::nullopt;
}

bool write_record(const EntryKey& key, std::uint8_t flags, const Entry& entry, AttributeNames& names,
                  std::string& out) {
  out = key.view();
  out += static_cast<char>(flags);
  write_text(entry.dn(), out);
  write_number(entry.attributes().size(), out);
  for (const Entry::Attribute& attribute : entry.attributes()) {
    const auto number = names.number_of(attribute.name);
    if (!number) return false;
    const auto values = entry.values_of(attribute);
    write_number(*number, out);
    write_number(values.size(), out);
    for (const std::string_view value : values) write_text(value, out);
  }
  return true;
}

std::optional<RecordHead> read_head(std::string_view body) {
  if (body.size() < kRecordHead) return std::nullopt;
  return RecordHead{*EntryKey::of_bytes(body.substr(0, 16)), static_cast<std::uint8_t>(body[16])};
}

bool read_record(std::string_view body, const AttributeNames& names, Entry& entry) {
  if (body.size() < kRecordHead) return false;
  body.remove_prefix(kRecordHead);
  const auto dn = take_text(body);
  const auto attributes = take_number(body);
  if (!dn || !attributes) return false;
  entry.start(*dn);
  for (std::uint64_t i = 0; i < *attributes; ++i) {
    const auto number = take_number(body);
    const auto values = take_number(body);
    if (!number || !values || *number >= names.size()) return false;
    entry.attribute(names[*number]);
    for (std::uint64_t v = 0; v < *values; ++v) {
      const auto value = take_text(body);
      if (!value) return false;
      entry.value(*value);
    }
  }
  return body.empty();
}

bool same_content(const Entry& a, const Entry& b, const std::vector<std::string>& but) {
  return a.dn() == b.dn() && sorted(a, but) == sorted(b, but);
}

}  // namespace tally::directory
