#include "daemon/evidence/closed_epoch.h"

#include <algorithm>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/note.h"

namespace tally::evidence {
namespace {

using base::Result;

/// A timestamp token with its certificates.
constexpr std::size_t kMaxTokenBytes = 64 * 1024;

/// Entries that the note's tree holds.
Result<std::uint64_t> size_of(const std::string& bytes) {
  const auto note = ledger::Note::parse(bytes);
  if (!note) return tl::unexpected(note.error());
  const auto checkpoint = ledger::Checkpoint::parse(note->text);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  return checkpoint->size;
}

}  // namespace

Result<std::optional<ClosedEpoch>> closed_epoch(ledger::TileReader& log, std::uint64_t entry) {
  auto paths = log.list();
  if (!paths) return tl::unexpected(paths.error());
  std::optional<ClosedEpoch> first;
  std::uint64_t first_size = 0;
  for (const std::string& path : *paths) {
    if (!ledger::parse_closing_path(path)) continue;
    auto note = log.read(path, ledger::kMaxNoteBytes);
    if (!note) return tl::unexpected(note.error());
    const auto size = size_of(*note);
    if (!size) return tl::unexpected(size.error().within(path));
    if (*size <= entry || (first && *size > first_size)) continue;
    first = ClosedEpoch{path, std::move(*note), {}};
    first_size = *size;
  }
  if (!first) return first;
  auto token = log.read(ledger::token_path(*ledger::parse_closing_path(first->path)), kMaxTokenBytes);
  if (token) {
    first->token = std::move(*token);
  } else if (token.error().kind != base::ErrorKind::not_found) {
    return tl::unexpected(token.error());
  }
  return first;
}

}  // namespace tally::evidence
