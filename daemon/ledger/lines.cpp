#include "daemon/ledger/lines.h"

#include <charconv>
#include <cstring>

#include "daemon/ledger/base64.h"

namespace tally::ledger {

std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return number;
}

std::optional<base::Digest> parse_hash(std::string_view base64) {
  const auto bytes = parse_base64(base64);
  base::Digest hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::memcpy(hash.bytes.data(), bytes->data(), hash.bytes.size());
  return hash;
}

}  // namespace tally::ledger
