#include "daemon/evidence/proof_tree.h"

#include "daemon/ledger/cosigners.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/proof.h"

namespace tally::evidence {

base::Result<std::string> proof_tree(ledger::TileReader& log, std::uint64_t entry) {
  const std::string path(ledger::kWitnessedPath);
  auto witnessed = log.read(path, ledger::kMaxNoteBytes);
  if (!witnessed) {
    return witnessed.error().kind == base::ErrorKind::not_found ? log.read("checkpoint", ledger::kMaxNoteBytes)
                                                                : witnessed;
  }
  const auto note = ledger::Note::parse(*witnessed);
  const auto tree = note ? ledger::Checkpoint::parse(note->text) : tl::unexpected(note.error());
  if (!tree) return tl::unexpected(tree.error().within(path));
  return entry < tree->size ? witnessed : log.read("checkpoint", ledger::kMaxNoteBytes);
}

base::Result<ledger::Checkpoint> open_tree(const std::string& note, const std::string& log_key) {
  const auto key = ledger::VerifierKey::parse(log_key);
  if (!key) return tl::unexpected(key.error());
  auto opened = ledger::open_checkpoint(note, {&*key, 1});
  if (!opened) return tl::unexpected(opened.error());
  return std::move(opened->checkpoint);
}

}  // namespace tally::evidence
