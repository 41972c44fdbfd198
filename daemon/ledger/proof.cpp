#include "daemon/ledger/proof.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/tile_tree.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::string_view kMagic = "c2sp.org/tlog-proof@v1\n";
/// A path in a tree of 2^63 entries.
constexpr std::size_t kMaxHashes = 63;

tl::unexpected<base::Error> bad(std::string_view why) {
  return failure(ErrorKind::malformed, fmt::format("tlog-proof: {}", why));
}

/// Takes "<prefix><rest>\n" off the front and gives the rest; nothing when the line is not there.
std::optional<std::string_view> take_line(std::string_view& bytes, std::string_view prefix) {
  const std::size_t end = bytes.find('\n');
  if (!bytes.starts_with(prefix) || end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = bytes.substr(prefix.size(), end - prefix.size());
  bytes.remove_prefix(end + 1);
  return rest;
}

}  // namespace

Result<Proof> Proof::parse(std::string_view bytes) {
  Proof proof;
  if (!bytes.starts_with(kMagic)) return bad("does not start with c2sp.org/tlog-proof@v1");
  bytes.remove_prefix(kMagic.size());
  if (const auto extra = take_line(bytes, "extra ")) {
    proof.extra = parse_base64(*extra);
    if (!proof.extra) return bad("the extra line is not strict base64");
  }
  const auto index = take_line(bytes, "index ");
  if (!index) return bad("no index line");
  const auto [end, error] = std::from_chars(index->data(), index->data() + index->size(), proof.index);
  if (error != std::errc() || end != index->data() + index->size() || fmt::to_string(proof.index) != *index) {
    return bad("the index is not a plain decimal number");
  }
  for (;;) {
    const auto line = take_line(bytes, "");
    if (!line) return bad("no empty line before the checkpoint");
    if (line->empty()) break;
    const auto hash = parse_base64(*line);
    if (!hash || hash->size() != 32) return bad("a hash is not 32 bytes of base64");
    if (proof.hashes.size() == kMaxHashes) return bad("more than 63 hashes");
    std::memcpy(proof.hashes.emplace_back().bytes.data(), hash->data(), 32);
  }
  proof.checkpoint = bytes;
  return proof;
}

std::string Proof::format() const {
  std::string out(kMagic);
  if (extra) out += fmt::format("extra {}\n", base64(*extra));
  out += fmt::format("index {}\n", index);
  for (const base::Digest& hash : hashes) out += base64(hash.view()) + "\n";
  return out + "\n" + checkpoint;
}

Result<Checkpoint> Proof::verify(std::string_view entry, std::span<const VerifierKey> keys) const {
  auto opened = open_checkpoint(checkpoint, keys);
  if (!opened) return tl::unexpected(opened.error());
  const Checkpoint& tree = opened->checkpoint;
  if (!verify_inclusion(TreeHasher().leaf(entry), index, tree.size, hashes, tree.root)) {
    return failure(ErrorKind::untrusted,
                   fmt::format("the proof does not lead from this entry at index {} to the root of "
                               "the tree of {} entries",
                               index, tree.size));
  }
  return std::move(opened->checkpoint);
}

Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, std::span<const VerifierKey> keys) {
  if (keys.empty()) return failure(ErrorKind::untrusted, "no trusted key was given");
  auto note = Note::parse(bytes);
  if (!note) return tl::unexpected(note.error());
  auto check = note->verify(keys);
  if (!check) return tl::unexpected(check.error());
  for (const VerifierKey& key : keys) {
    // One of several signatures is not enough: a flipped bit in the name of another would go unseen.
    if (!note->verify({&key, 1})) return failure(ErrorKind::untrusted, fmt::format("no signature of {}", key.format()));
  }
  auto checkpoint = Checkpoint::parse(note->text);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (checkpoint->origin != keys.front().name) {
    return failure(ErrorKind::untrusted, fmt::format("the checkpoint is of another log than {}", keys.front().name));
  }
  return SignedCheckpoint{std::move(*checkpoint), std::move(*check)};
}

Result<Proof> prove(TileReader& log, std::uint64_t index) {
  auto bytes = log.read("checkpoint", kMaxNoteBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto note = Note::parse(*bytes);
  if (!note) return tl::unexpected(note.error());
  const auto checkpoint = Checkpoint::parse(note->text);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (index >= checkpoint->size) {
    return failure(ErrorKind::not_found, fmt::format("entry {} is beyond the signed size {}", index, checkpoint->size));
  }
  auto hashes = inclusion_proof(index, checkpoint->size, tile_nodes(log, checkpoint->size));
  if (!hashes) return tl::unexpected(hashes.error());
  return Proof{{}, index, std::move(*hashes), std::move(*bytes)};
}

}  // namespace tally::ledger
