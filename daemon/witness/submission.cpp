#include "daemon/witness/submission.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/merkle.h"
#include "daemon/ledger/witness_protocol.h"

namespace tally::witness {
namespace {

constexpr int kBadRequest = 400, kForbidden = 403, kNotFound = 404, kConflict = 409, kUnprocessable = 422;

Refusal refuse(int status, std::string_view why, Suspicion suspicion = Suspicion::none) {
  return {{status, fmt::format("{}\n", why)}, suspicion};
}

}  // namespace

tl::expected<Submission, Refusal> open_submission(std::string_view body, std::span<const ledger::VerifierKey> logs) {
  auto request = ledger::AddCheckpoint::parse(body);
  if (!request) return tl::unexpected(refuse(kBadRequest, request.error().message));
  auto note = ledger::Note::parse(request->note);
  if (!note) return tl::unexpected(refuse(kBadRequest, note.error().message));
  auto tree = ledger::Checkpoint::parse(note->text);
  if (!tree) return tl::unexpected(refuse(kBadRequest, tree.error().message));

  std::vector<ledger::VerifierKey> keys;
  std::copy_if(logs.begin(), logs.end(), std::back_inserter(keys),
               [&](const ledger::VerifierKey& key) { return key.name == tree->origin; });
  if (keys.empty()) return tl::unexpected(refuse(kNotFound, "this witness does not know a log of that origin"));
  const auto check = note->verify(keys);
  if (!check) return tl::unexpected(refuse(kForbidden, check.error().message));
  std::erase_if(note->signatures, [&](const ledger::NoteSignature& line) {
    return std::none_of(check->signers.begin(), check->signers.end(), [&](const ledger::Signer& signer) {
      return line.name == signer.key.name && line.id == signer.key.id();
    });
  });
  return Submission{request->old_size, std::move(request->proof), std::move(*tree), std::move(*note)};
}

std::optional<Refusal> judge(const Submission& submission, const std::optional<ledger::Checkpoint>& latest) {
  const ledger::Checkpoint& tree = submission.tree;
  const std::uint64_t our_size = latest ? latest->size : 0;
  if (submission.old_size > tree.size) return refuse(kBadRequest, "the old size is beyond the checkpoint's");
  if (submission.old_size != our_size) {
    return Refusal{{kConflict, ledger::format_tree_size(our_size), std::string(ledger::kTreeSizeType)}};
  }
  const base::Digest our_root = our_size == 0 ? ledger::empty_root() : latest->root;
  if (tree.size == our_size && tree.root != our_root) {
    return refuse(kUnprocessable, "another root of this size was cosigned before", Suspicion::fork);
  }
  if (!ledger::verify_consistency(our_size, tree.size, our_root, tree.root, submission.proof)) {
    return refuse(kUnprocessable, "the proof does not lead from the tree that was cosigned to this one",
                  Suspicion::wrong_proof);
  }
  return std::nullopt;
}

}  // namespace tally::witness
