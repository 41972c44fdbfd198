// What stands behind the checkpoint of a proof beside the log's key: the key of its epoch, and witnesses. For somebody
// who has the proof and not the log.
//
//   auto epoch = signing_epoch(proof.checkpoint, log_key, {root_key, certificate, epoch_keys});
//   auto witnesses = quorum_of(proof.checkpoint, log_key, policy);
//
// Both are strict: what was asked for and is not there is an error. Neither looks at the entry: that is Proof::verify.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/trust_policy.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// The offline root, and what it certified: the files `certificate` and `epoch/keys` of the log, wherever they are
/// from.
struct EpochTrust {
  VerifierKey root;
  std::string certificate, keys;
};

/// The epoch whose key signed a checkpoint. Its key was destroyed when it ended, not before `end`.
struct SigningEpoch {
  std::uint64_t number = 0;
  base::Instant begin, end;  ///< by the plan
};

/// Kind `untrusted` when the root did not certify these keys for this log, or when the checkpoint is not signed by
/// exactly one epoch's key; `malformed`.
base::Result<SigningEpoch> signing_epoch(std::string_view checkpoint, const VerifierKey& log_key,
                                         const EpochTrust& trust);

/// Who cosigned, and when enough of them had.
struct Quorum {
  std::string names;  ///< as the policy calls them
  std::size_t signatures = 0;
  std::optional<base::Instant> time;  ///< TrustPolicy::witness_time; nothing for `quorum none`
};

/// Kind `untrusted` when the policy does not name this log, when a witness's signature is wrong, and when the quorum
/// is not met; `malformed`.
base::Result<Quorum> quorum_of(std::string_view checkpoint, const VerifierKey& log_key, const TrustPolicy& policy);

}  // namespace tally::ledger
