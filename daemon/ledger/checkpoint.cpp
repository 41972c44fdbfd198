#include "daemon/ledger/checkpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "daemon/ledger/base64.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;

/// The text up to the next LF, taken off the front; nothing when no LF is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || fmt::to_string(size) != text) return std::nullopt;
  return size;
}

}  // namespace

base::Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  Checkpoint checkpoint;
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root) return failure(ErrorKind::malformed, "checkpoint: fewer than three lines");
  if (origin->empty()) return failure(ErrorKind::malformed, "checkpoint: the origin is empty");
  checkpoint.origin = *origin;
  const auto number = parse_size(*size);
  if (!number) return failure(ErrorKind::malformed, "checkpoint: the tree size is not a plain decimal number");
  checkpoint.size = *number;
  const auto hash = parse_base64(*root);
  if (!hash || hash->size() != 32)
    return failure(ErrorKind::malformed, "checkpoint: the root is not 32 bytes of base64");
  std::memcpy(checkpoint.root.bytes.data(), hash->data(), 32);
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!line || line->empty()) return failure(ErrorKind::malformed, "checkpoint: empty or unfinished extension line");
    checkpoint.extensions.emplace_back(*line);
  }
  return checkpoint;
}

std::string Checkpoint::format() const {
  std::string text = fmt::format("{}\n{}\n{}\n", origin, size, base64(root.view()));
  for (const std::string& line : extensions) text += line + "\n";
  return text;
}

}  // namespace tally::ledger
