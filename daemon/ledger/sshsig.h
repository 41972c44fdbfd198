// SSHSIG: signatures made with SSH keys by `ssh-keygen -Y sign` (PROTOCOL.sshsig of OpenSSH), so that an officer signs
// with the key that she has, and anybody verifies with ssh-keygen.
//
//   auto signature = SshSignature::parse(armored);           // "-----BEGIN SSH SIGNATURE-----…"
//   if (auto good = signature->verify(message, "tallystick-manifest"); good) trust(signature->key.fingerprint());
//
// Keys of the type ssh-ed25519 alone. Not who may sign: allowed_signers.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/base/result.h"

namespace tally::ledger {

/// Longest armored signature that is read; one by an Ed25519 key has about 300 bytes.
inline constexpr std::size_t kMaxSshSignatureBytes = 8 * 1024;

/// An Ed25519 key as SSH has it.
struct SshKey {
  std::array<std::uint8_t, 32> bytes{};

  /// From the blob that a public key file has in base64. Kind `unsupported` for another type, naming it.
  static base::Result<SshKey> from_blob(std::string_view blob);
  [[nodiscard]] std::string blob() const;
  /// "SHA256:" and the base64 of the blob's SHA-256 without padding, as `ssh-keygen -l` shows it.
  [[nodiscard]] std::string fingerprint() const;
  friend bool operator==(const SshKey&, const SshKey&) = default;
};

struct SshSignature {
  SshKey key;
  std::string name_space;  ///< what the signature is for
  std::string hash;        ///< of the message: "sha512" or "sha256"
  std::array<std::uint8_t, 64> bytes{};

  /// Of the text that ssh-keygen writes. Kind `malformed`; `unsupported` for another version, key type or hash.
  static base::Result<SshSignature> parse(std::string_view armored);
  /// Of the binary form inside of it, without armor; every byte is accounted for.
  static base::Result<SshSignature> from_blob(std::string_view blob);
  [[nodiscard]] std::string blob() const;
  /// The text that ssh-keygen writes.
  [[nodiscard]] std::string armored() const;
  /// Kind `untrusted` when it is for something else, or not of this message by this key.
  [[nodiscard]] base::Result<void> verify(std::string_view message, std::string_view name_space) const;
};

}  // namespace tally::ledger
