#include "daemon/ledger/witness_protocol.h"

#include <fmt/format.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/lines.h"

namespace tally::ledger {
namespace {

tl::unexpected<base::Error> bad(std::string_view why) {
  return base::failure(base::ErrorKind::malformed, fmt::format("add-checkpoint: {}", why));
}

}  // namespace

base::Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
  constexpr std::string_view kOld = "old ";
  if (body.size() > kMaxAddCheckpointBytes) return bad("the body is too long");
  AddCheckpoint request;
  const auto first = take_line(body);
  if (!first || !first->starts_with(kOld)) return bad("the first line is not \"old\" and a size");
  const auto old_size = parse_decimal(first->substr(kOld.size()));
  if (!old_size) return bad("the old size is not a plain decimal number");
  request.old_size = *old_size;
  for (;;) {
    const auto line = take_line(body);
    if (!line) return bad("no empty line before the checkpoint");
    if (line->empty()) break;
    const auto hash = parse_hash(*line);
    if (!hash) return bad("a hash of the proof is not 32 bytes of base64");
    if (request.proof.size() == kMaxConsistencyHashes) return bad("the proof has more than 63 hashes");
    request.proof.push_back(*hash);
  }
  request.note = body;
  return request;
}

std::string AddCheckpoint::format() const {
  std::string body = fmt::format("old {}\n", old_size);
  for (const base::Digest& hash : proof) body += base64(hash.view()) + "\n";
  return body + "\n" + note;
}

std::string format_tree_size(std::uint64_t size) { return fmt::format("{}\n", size); }

std::optional<std::uint64_t> parse_tree_size(std::string_view body) {
  const auto line = take_line(body);
  if (!line || !body.empty()) return std::nullopt;
  return parse_decimal(*line);
}

std::string monitor_path(std::string_view origin) { return fmt::format("/{}/checkpoint", base::sha256(origin).hex()); }

}  // namespace tally::ledger
