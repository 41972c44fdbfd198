// WitnessClient: asks the witnesses of a trust policy to cosign a checkpoint, all at once (C2SP tlog-witness, by
// libcurl).
//
//   auto client = WitnessClient::create(*policy);
//   WitnessRound round = client->submit(*log_directory, signed_checkpoint, 30s);
//   if (round.quorum) publish(round.note);                     // log/witnessed
//   for (const WitnessAnswer& answer : round.answers) if (answer.alarm()) ...
//
// It only talks: what becomes of the note is the caller's business. https with verified certificates; http where the
// policy file says http, since every cosignature is verified anyway. No redirects, no proxy, no retry but the one that
// corrects the size. Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "daemon/ledger/trust_policy.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/witness_answer.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// Longest answer that is read, and how long one connection may take to come about.
inline constexpr std::size_t kMaxWitnessReplyBytes = 64 * 1024;
inline constexpr std::chrono::seconds kWitnessConnectDeadline{5};

struct WitnessRound {
  std::vector<WitnessAnswer> answers;  ///< one for each witness of the policy, in its order
  std::string note;                    ///< the checkpoint with the cosignatures behind its own signatures
  bool quorum = false;                 ///< they meet the policy's quorum
};

class WitnessClient {
 public:
  /// `ca_file`: certificates in PEM to trust instead of the system's. Kind `unavailable` when libcurl does not start.
  static base::Result<WitnessClient> create(ledger::TrustPolicy policy, std::string ca_file = {});
  WitnessClient(WitnessClient&&) noexcept;
  WitnessClient& operator=(WitnessClient&&) noexcept;
  ~WitnessClient();

  [[nodiscard]] const ledger::TrustPolicy& policy() const { return policy_; }
  /// `log` holds the tiles of the tree in `note`, from which the proofs are made. Returns when all have answered, when
  /// the time is over, or soon after a stop was asked for. Remembers how far each witness is. Kind `malformed`: not a
  /// checkpoint.
  base::Result<WitnessRound> submit(ledger::TileReader& log, const std::string& note, std::chrono::milliseconds within,
                                    const std::stop_token& stop = {});

 private:
  struct Library;
  WitnessClient(ledger::TrustPolicy policy, std::string ca_file, std::unique_ptr<Library> library);
  ledger::TrustPolicy policy_;
  std::string ca_file_;
  std::unique_ptr<Library> library_;
  std::map<std::string, std::uint64_t> sizes_;  ///< by witness: as far as it is known to be
};

}  // namespace tally::recorder
