// The small files that an auditor gives beside the log: keys, checkpoints, what was remembered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/trust_policy.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::verifier {

/// All bytes of a file of at most kMaxInputBytes. Kind `not_found` without it, `limit` when it is longer.
base::Result<std::string> read_input(const std::string& path);
inline constexpr std::size_t kMaxInputBytes = std::size_t{1} << 20;

/// A vkey as it is, or the first line of the file of that name.
base::Result<ledger::VerifierKey> key_of(const std::string& text_or_file);

/// The log's key: what --key says, or else the one log that the trust policy names. Kind `malformed` with the reason.
base::Result<ledger::VerifierKey> log_key_of(const std::string& key, const std::optional<ledger::TrustPolicy>& policy);

/// The checkpoint of a signed note that somebody kept: believed only with the log's own signature.
base::Result<ledger::Checkpoint> kept_checkpoint(std::string_view note, const ledger::VerifierKey& key);

/// The trust policy in a file (C2SP tlog-policy). Kind `malformed` with every wrong line.
base::Result<ledger::TrustPolicy> policy_of(const std::string& path);

/// "90s", "30m", "36h", "7d": a whole number above zero and one unit.
std::optional<base::Duration> parse_age(std::string_view text);

}  // namespace tally::verifier
