// Submission: one add-checkpoint request, judged. Values in, an answer out: no file, no clock, no key.
//
//   auto submission = open_submission(body, log_keys);         // or 400, 404, 403
//   auto refusal = judge(*submission, latest);                 // 400, 409, 422, or nothing: it may be cosigned
//
// Not the witness: who holds the state and the key is witness.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "daemon/witness/answer.h"
#include "policy/base/digest.h"

namespace tally::witness {

struct Submission {
  std::uint64_t old_size = 0;
  std::vector<base::Digest> proof;
  ledger::Checkpoint tree;
  ledger::Note note;  ///< with the signatures of the log's known keys alone: nobody can store anything else with us
};

/// What the log signed beside what it signed before. `wrong_proof` may be somebody's mistake, or a tree for which there
/// is no proof; `fork` is proven by the log's own signatures: two roots of one size.
enum class Suspicion { none, wrong_proof, fork };

struct Refusal {
  Answer answer;
  Suspicion suspicion = Suspicion::none;
};

/// A request whose checkpoint one of `logs` has signed. 400: not in the form; 404: no key of this origin is known; 403:
/// not signed by one.
tl::expected<Submission, Refusal> open_submission(std::string_view body, std::span<const ledger::VerifierKey> logs);

/// Nothing when the tree is the one that was cosigned last, or has grown out of it. `latest` is nothing before the
/// first. 400: the old size is beyond the tree; 409: it is not ours, which the body tells; 422: the proof is wrong, or
/// the same size has another root.
std::optional<Refusal> judge(const Submission& submission, const std::optional<ledger::Checkpoint>& latest);

}  // namespace tally::witness
