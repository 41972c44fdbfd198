// Cosigners: the witnesses of a trust policy who have signed a checkpoint (C2SP tlog-cosignature).
//
//   auto signers = cosigners(note, policy);           // each verified, or the one whose signature is wrong
//   if (!policy.met(*signers)) ... cosigner_names(policy, *signers)
//
// Not a judge of how many are enough: that is TrustPolicy::met.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/note.h"
#include "daemon/ledger/trust_policy.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// The file of the published log with the newest checkpoint that enough witnesses have cosigned; optional.
inline constexpr std::string_view kWitnessedPath = "witnessed";

/// Empty when none has signed. Kind `untrusted` when a signature by one of them is wrong: then nobody counts.
base::Result<std::vector<Signer>> cosigners(const Note& note, const TrustPolicy& policy);
/// As the policy calls them: "siem, auditor"; "nobody" when there are none.
std::string cosigner_names(const TrustPolicy& policy, const std::vector<Signer>& signers);
/// The moment of a cosignature, given in POSIX seconds; one later than any Instant is the last of them.
base::Instant cosigned_at(std::uint64_t posix_seconds);

}  // namespace tally::ledger
