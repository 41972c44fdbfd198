#include "daemon/ledger/cosigners.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/base/utf8.h"

namespace tally::ledger {

base::Result<std::vector<Signer>> cosigners(const Note& note, const TrustPolicy& policy) {
  std::vector<VerifierKey> keys = policy.witness_keys();
  const auto signs = [&](const VerifierKey& key) {
    return std::any_of(note.signatures.begin(), note.signatures.end(),
                       [&](const NoteSignature& line) { return line.name == key.name && line.id == key.id(); });
  };
  std::erase_if(keys, [&](const VerifierKey& key) { return !signs(key); });
  if (keys.empty()) return std::vector<Signer>();
  auto check = note.verify(keys);
  if (!check) return tl::unexpected(check.error());
  return std::move(check->signers);
}

std::string cosigner_names(const TrustPolicy& policy, const std::vector<Signer>& signers) {
  std::string names;
  for (const TrustPolicy::Witness& witness : policy.witnesses()) {
    const bool has_signed =
        std::any_of(signers.begin(), signers.end(), [&](const Signer& signer) { return signer.key == witness.key; });
    if (has_signed) names += (names.empty() ? "" : ", ") + base::displayable(witness.name);
  }
  return names.empty() ? "nobody" : names;
}

base::Instant cosigned_at(std::uint64_t posix_seconds) {
  constexpr auto kLast = std::chrono::floor<std::chrono::seconds>(base::kEndOfTime.time_since_epoch()).count() - 1;
  return base::Instant(std::chrono::seconds(std::min(posix_seconds, static_cast<std::uint64_t>(kLast))));
}

}  // namespace tally::ledger
