// TrustPolicy: which logs and witnesses somebody trusts, and how many of them are enough (C2SP tlog-policy).
//
//   log audit.example.com/hostA+9e67eb4c+AQOhB7…
//   witness siem witness.example.com/w1+969980cf+BCmsuu…  https://witness.example.com
//   witness auditor auditor.example.org/w+…
//   group both all siem auditor
//   quorum both
//
//   auto policy = TrustPolicy::parse(text, "trust.policy");     // or every line that is wrong, each with its reason
//   if (!policy->met(check.signers)) ...                        // check: of Note::verify with witness_keys()
//
// Not a verifier of signatures: it judges signers that were verified.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/ledger/note.h"
#include "policy/base/diagnostic.h"

namespace tally::ledger {

/// Longest policy file, and most logs, witnesses or groups in it (the specification asks for at least 32 of each).
inline constexpr std::size_t kMaxPolicyBytes = 256 * 1024;
inline constexpr std::size_t kMaxPolicyNames = 64;

class TrustPolicy {
 public:
  struct Log {
    VerifierKey key;  ///< its name is the log's origin
    std::string url;  ///< "" when the file has none
  };
  struct Witness {
    std::string name;  ///< inside this file alone
    VerifierKey key;
    std::string url;  ///< submission prefix of C2SP tlog-witness, without a slash at its end; "" when the file has none
  };

  /// All of the file or nothing; one diagnostic for each wrong line. A name is defined above the lines that use it and
  /// is a member of one group at most, so groups form a tree and each witness counts once.
  static tl::expected<TrustPolicy, base::Diagnostics> parse(std::string_view text, const std::string& file);

  [[nodiscard]] const std::vector<Log>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }
  [[nodiscard]] std::vector<VerifierKey> witness_keys() const;
  /// True when the file names this log key, or no log at all: then the key is known from elsewhere.
  [[nodiscard]] bool allows_log(const VerifierKey& key) const;

  /// False for `quorum none`: then any checkpoint of the log is enough.
  [[nodiscard]] bool needs_witnesses() const { return quorum_.has_value(); }
  [[nodiscard]] bool met(std::span<const Signer> signers) const { return !quorum_ || witness_time(signers); }
  /// The newest time T, in POSIX seconds, such that cosignatures not older than T meet the quorum by themselves.
  /// Nothing when it is not met, or when none is needed.
  [[nodiscard]] std::optional<std::uint64_t> witness_time(std::span<const Signer> signers) const;

 private:
  friend class TrustPolicyReader;
  /// A witness, or a group of what stands before it.
  struct Member {
    std::optional<std::size_t> witness;  ///< in witnesses_
    std::size_t needed = 1;
    std::vector<std::size_t> members = {};  ///< in members_
  };
  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Member> members_;
  std::optional<std::size_t> quorum_;  ///< in members_
};

}  // namespace tally::ledger
