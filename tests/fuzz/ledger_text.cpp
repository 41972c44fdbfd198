// The text and binary forms of the log, one a selector byte: what is accepted is exactly what would be written.
#include <string>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::ledger {
namespace {

const VerifierKey& some_key() {
  static const VerifierKey key{"audit.example.com/hostA", KeyType::ed25519, {1, 2, 3}};
  return key;
}

void encodings(std::string_view bytes) {
  TALLY_ASSERT(parse_base64(base64(bytes)) == bytes);
  if (const auto decoded = parse_base64(bytes)) TALLY_ASSERT(base64(*decoded) == bytes);
  if (const auto list = parse_pruned_list(bytes)) TALLY_ASSERT(format_pruned_list(*list) == bytes);
  if (const auto commitment = parse_commitment(bytes)) TALLY_ASSERT(format_commitment(*commitment) == bytes);
}

void keys(std::string_view text) {
  const auto key = VerifierKey::parse(text);
  if (!key) {
    TALLY_ASSERT(!key.error().message.empty());
    return;
  }
  TALLY_ASSERT(is_key_name(key->name) && key->format() == text && VerifierKey::parse(key->format()) == *key);
}

void notes(std::string_view bytes) {
  const auto note = Note::parse(bytes);
  if (!note) {
    TALLY_ASSERT(!note.error().message.empty());
    return;
  }
  TALLY_ASSERT(note->format() == bytes && note->text.ends_with('\n'));
  TALLY_ASSERT(!note->signatures.empty() && note->signatures.size() <= kMaxSignatures);
  const VerifierKey keys[] = {some_key()};
  TALLY_ASSERT(!note->verify(keys));
  TALLY_ASSERT(!open_checkpoint(bytes, keys));
}

void checkpoints(std::string_view text) {
  const auto checkpoint = Checkpoint::parse(text);
  if (checkpoint) TALLY_ASSERT(checkpoint->format() == text && !checkpoint->origin.empty());
}

void proofs(std::string_view bytes) {
  const auto proof = Proof::parse(bytes);
  if (!proof) {
    TALLY_ASSERT(!proof.error().message.empty());
    return;
  }
  TALLY_ASSERT(proof->format() == bytes);
  const VerifierKey keys[] = {some_key()};
  TALLY_ASSERT(!proof->verify("entry", keys));
}

void tile_names(std::string_view path) {
  const auto id = TileId::parse(path);
  if (!id) return;
  TALLY_ASSERT(id->path() == path && id->width >= 1 && id->width <= kTileWidth);
  TALLY_ASSERT(id->level >= 0 && id->level <= kMaxTileLevel && (id->kind == TileKind::hashes || id->level == 0));
}

void bundles(std::string_view bytes) {
  const BundleParts parts = split_bundle(bytes);
  std::string again;
  for (const std::string_view entry : parts.entries) add_to_bundle(again, entry);
  TALLY_ASSERT(parts.entries.size() <= kTileWidth && again + std::string(parts.rest) == bytes);
  const auto entries = parse_bundle(bytes);
  TALLY_ASSERT(entries.has_value() == parts.rest.empty());
  if (entries) TALLY_ASSERT(*entries == parts.entries);
  if (const auto hashes = parse_hashes(bytes)) TALLY_ASSERT(format_hashes(*hashes) == bytes);
}

/// A proof of one tree proves nothing of an entry, a size or a root that is another.
void merkle(fuzz::Input input) {
  const std::uint64_t size = 1 + input.byte() % 64U;
  const std::uint64_t index = input.byte() % size;
  const std::uint64_t old_size = 1 + input.byte() % size;
  TreeHasher hasher;
  const auto leaf = [&](std::uint64_t i) { return hasher.leaf(std::to_string(i)); };
  const NodeReader nodes = [&](int level, std::uint64_t i) -> base::Result<base::Digest> {
    std::vector<base::Digest> hashes;
    for (std::uint64_t n = i << level; n < (i + 1) << level; ++n) hashes.push_back(leaf(n));
    return complete_root(hasher, hashes);
  };
  const base::Digest root = *range_root(0, size, nodes), old_root = *range_root(0, old_size, nodes);
  auto inclusion = *inclusion_proof(index, size, nodes);
  auto consistency = *consistency_proof(old_size, size, nodes);
  TALLY_ASSERT(verify_inclusion(leaf(index), index, size, inclusion, root));
  TALLY_ASSERT(verify_consistency(old_size, size, old_root, root, consistency));
  const std::uint64_t other = input.byte() % 70U;
  if (other != index) TALLY_ASSERT(!verify_inclusion(leaf(index), other, size, inclusion, root));
  if (other != old_size && other > 0 && other < size) {
    TALLY_ASSERT(!verify_consistency(other, size, old_root, root, consistency) || old_size == size);
  }
  const std::uint8_t place = input.byte(), change = input.byte();
  for (auto* proof : {&inclusion, &consistency}) {
    const auto right = *proof;
    if (change == 0 || proof->empty()) {
      proof->push_back(root);
    } else {
      (*proof)[place % proof->size()].bytes[change % 32U] ^= change;
    }
    TALLY_ASSERT(*proof != right);
  }
  TALLY_ASSERT(!verify_inclusion(leaf(index), index, size, inclusion, root));
  TALLY_ASSERT(!verify_consistency(old_size, size, old_root, root, consistency));
}

}  // namespace
}  // namespace tally::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::ledger;
  tally::fuzz::Input input(data, size);
  const std::uint8_t which = input.byte();
  const std::string_view text = input.rest();
  switch (which % 8U) {
    case 0: encodings(text); break;
    case 1: keys(text); break;
    case 2: notes(text); break;
    case 3: checkpoints(text); break;
    case 4: proofs(text); break;
    case 5: tile_names(text); break;
    case 6: bundles(text); break;
    default: merkle(input); break;
  }
  return 0;
}
