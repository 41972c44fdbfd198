// Ratchet: the secret from which the signing keys of this and all later epochs come, and none of an earlier one: each
// step derives the next secret one way and forgets the last.
//
//   Ratchet ratchet = Ratchet::fresh();
//   SigningKey key = ratchet.key("audit.example.com/hostA");     // of epoch 0
//   ratchet.step();                                              // epoch 1; nobody can make epoch 0's key again
//
// Not durable by itself: EpochState is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/recorder/guarded_bytes.h"
#include "daemon/recorder/key.h"

namespace tally::recorder {

class Ratchet {
 public:
  static constexpr std::size_t kSecretBytes = 32;

  /// Epoch 0 with a random secret. sodium_init() was called before.
  static Ratchet fresh();
  /// `secret` is kSecretBytes long; the caller wipes it.
  static Ratchet resume(std::uint64_t epoch, std::string_view secret);
  [[nodiscard]] Ratchet duplicate() const;

  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  [[nodiscard]] SigningKey key(std::string_view origin) const;
  void step();
  /// For the one call that writes it down.
  [[nodiscard]] const GuardedBytes& secret() const { return secret_; }

 private:
  Ratchet(std::uint64_t epoch, GuardedBytes secret) : epoch_(epoch), secret_(std::move(secret)) {}
  std::uint64_t epoch_;
  GuardedBytes secret_;
};

/// The public keys of the ratchet's epoch and the `count` − 1 after it, 32 bytes each. 87,600 take a
/// processor some 1.3 s; all of them help.
std::string public_keys(const Ratchet& first, std::uint64_t count);

}  // namespace tally::recorder
