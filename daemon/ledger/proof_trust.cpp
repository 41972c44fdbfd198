#include "daemon/ledger/proof_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/ledger/cosigners.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/proof.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::size_t kKeyBytes = sizeof(PublicKey);

tl::unexpected<base::Error> untrusted(std::string message) { return failure(ErrorKind::untrusted, std::move(message)); }

/// The one epoch that a signature line names. Two would leave open which of them counts.
Result<std::uint64_t> named_epoch(const Note& note, const std::string& origin) {
  const std::string prefix = origin + "/epoch/";
  std::optional<std::uint64_t> epoch;
  for (const NoteSignature& line : note.signatures) {
    if (!line.name.starts_with(prefix)) continue;
    const auto number = parse_decimal(std::string_view(line.name).substr(prefix.size()));
    if (!number || epoch) return untrusted("the checkpoint is not signed by the key of one epoch");
    epoch = number;
  }
  if (!epoch) return untrusted("the checkpoint has no signature by the key of an epoch");
  return *epoch;
}

/// What the root promised of the epochs: this log's, and these very keys.
Result<EpochPlan> certified_plan(const VerifierKey& log_key, const EpochTrust& trust) {
  const auto certificate = open_certificate(trust.certificate, trust.root);
  if (!certificate) return tl::unexpected(certificate.error().within("the certificate"));
  if (certificate->log_key != log_key) return untrusted("the certificate is of another log or another key of it");
  const EpochPlan& plan = certificate->plan;
  if (trust.keys.size() != plan.count * kKeyBytes || epoch_keys_root(trust.keys) != plan.root) {
    return untrusted("the keys of the epochs are not those that the root certified");
  }
  return plan;
}

}  // namespace

Result<SigningEpoch> signing_epoch(std::string_view checkpoint, const VerifierKey& log_key, const EpochTrust& trust) {
  const auto plan = certified_plan(log_key, trust);
  if (!plan) return tl::unexpected(plan.error());
  const auto note = Note::parse(checkpoint);
  if (!note) return tl::unexpected(note.error());
  const auto epoch = named_epoch(*note, log_key.name);
  if (!epoch) return tl::unexpected(epoch.error());
  if (*epoch >= plan->count) return untrusted(fmt::format("there is no epoch {}", *epoch));
  PublicKey bytes;
  std::copy_n(trust.keys.begin() + static_cast<std::ptrdiff_t>(*epoch * kKeyBytes), kKeyBytes, bytes.begin());
  const std::array keys = {log_key, epoch_key(log_key.name, *epoch, bytes)};
  if (const auto opened = open_checkpoint(checkpoint, keys); !opened) return tl::unexpected(opened.error());
  return SigningEpoch{*epoch, *epoch == 0 ? plan->start : plan->end_of(*epoch - 1), plan->end_of(*epoch)};
}

Result<Quorum> quorum_of(std::string_view checkpoint, const VerifierKey& log_key, const TrustPolicy& policy) {
  if (!policy.allows_log(log_key)) return untrusted("the policy does not name the key of this log");
  const auto opened = open_checkpoint(checkpoint, {&log_key, 1});
  if (!opened) return tl::unexpected(opened.error());
  const auto signers = cosigners(*Note::parse(checkpoint), policy);
  if (!signers) return tl::unexpected(signers.error());
  const std::string names = cosigner_names(policy, *signers);
  if (!policy.met(*signers)) {
    return untrusted(fmt::format("the quorum of the policy is not met: the checkpoint is cosigned by {}", names));
  }
  Quorum quorum{names, signers->size(), {}};
  if (const auto time = policy.witness_time(*signers)) quorum.time = cosigned_at(*time);
  return quorum;
}

}  // namespace tally::ledger
