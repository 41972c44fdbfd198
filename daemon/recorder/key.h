// The private key of a log or a witness: an Ed25519 seed in a file that only its owner can read, in the format of Go's
// x/mod.
//
//   auto vkey = keygen("audit.example.com/hostA", "/etc/tallystick/log.key");   // give the vkey to auditors
//   auto key = SigningKey::load("/etc/tallystick/log.key");
//   std::string line = key->sign(checkpoint_text);
//
// Not a key store: one key, one file. The seed lives in locked memory and is wiped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/ledger/note.h"
#include "daemon/recorder/guarded_bytes.h"
#include "policy/base/result.h"
#include "policy/base/secret.h"

namespace tally::recorder {

/// Makes a key file (0600, never over an existing file: kind `conflict`) and gives its vkey. `origin` is the log's
/// name, such as "audit.example.com/hostA": a URL without a scheme, no spaces, no '+' (kind `malformed`).
/// A witness's key has the type cosignature_v1; its name is the witness's.
base::Result<std::string> keygen(std::string_view origin, const std::string& path,
                                 ledger::KeyType type = ledger::KeyType::ed25519);

class SigningKey {
 public:
  /// Kind `denied` when group or others can read the file, with the chmod that mends it; `malformed`; `not_found`.
  static base::Result<SigningKey> load(const std::string& path, ledger::KeyType type = ledger::KeyType::ed25519);
  /// "PRIVATE+KEY+<name>+<8 hex key id>+<base64(type || seed)>", of that type and no other.
  static base::Result<SigningKey> parse(const base::Secret& skey, ledger::KeyType type = ledger::KeyType::ed25519);
  /// The key of that name whose seed is these 32 bytes. sodium_init() was called before.
  static SigningKey from_seed(std::string name, const GuardedBytes& seed,
                              ledger::KeyType type = ledger::KeyType::ed25519);

  [[nodiscard]] const ledger::VerifierKey& verifier() const { return verifier_; }
  /// The signature line for a note text.
  [[nodiscard]] std::string sign(std::string_view text) const;
  /// The line of a cosignature (C2SP tlog-cosignature) at `time`, in POSIX seconds: of a key of type cosignature_v1.
  [[nodiscard]] std::string cosign(std::string_view text, std::uint64_t time) const;

 private:
  SigningKey(ledger::VerifierKey verifier, GuardedBytes pair)
      : verifier_(std::move(verifier)), pair_(std::move(pair)) {}
  [[nodiscard]] std::string signature_of(std::string_view message) const;
  ledger::VerifierKey verifier_;
  GuardedBytes pair_;  ///< seed and public key, the 64 bytes that libsodium signs with
};

}  // namespace tally::recorder
