#include "daemon/ledger/checkpoint.h"

#include <fmt/format.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/lines.h"

namespace tally::ledger {
using base::ErrorKind;
using base::failure;

base::Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  Checkpoint checkpoint;
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root) return failure(ErrorKind::malformed, "checkpoint: fewer than three lines");
  if (origin->empty()) return failure(ErrorKind::malformed, "checkpoint: the origin is empty");
  checkpoint.origin = *origin;
  const auto number = parse_decimal(*size);
  if (!number) return failure(ErrorKind::malformed, "checkpoint: the tree size is not a plain decimal number");
  checkpoint.size = *number;
  const auto hash = parse_hash(*root);
  if (!hash) return failure(ErrorKind::malformed, "checkpoint: the root is not 32 bytes of base64");
  checkpoint.root = *hash;
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
