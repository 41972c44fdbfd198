// allowed_signers: who signs with which SSH key (ssh-keygen(1), ALLOWED SIGNERS), one a line:
//
//   anna@example.com namespaces="tallystick-manifest" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… her laptop
//
//   auto signers = AllowedSigners::parse(text);
//   auto who = signers->signer(signature.key, "tallystick-manifest", now);        // "anna@example.com"
//
// Narrower than OpenSSH on purpose: a line names one person, plainly. Patterns, lists of persons and certificates are
// refused, because a sign-off is somebody's. Keys of other types are kept out of it, and named when they are asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/sshsig.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// Longest file that is read.
inline constexpr std::size_t kMaxAllowedSignersBytes = std::size_t{1} << 20;

class AllowedSigners {
 public:
  /// Kind `malformed` names the line; `limit` above kMaxAllowedSignersBytes.
  static base::Result<AllowedSigners> parse(std::string_view text);
  /// Who signs with that key for that namespace at that time. Kind `denied` when nobody does, `conflict` when the file
  /// gives the key to two.
  [[nodiscard]] base::Result<std::string> signer(const SshKey& key, std::string_view name_space,
                                                 base::Instant now) const;

 private:
  struct Line {
    std::string who;
    std::vector<std::string> name_spaces;  ///< empty: all
    std::optional<base::Instant> from, until;
    SshKey key;
  };
  static base::Result<std::optional<Line>> parse_line(std::string_view line);
  std::vector<Line> lines_;
};

}  // namespace tally::ledger
