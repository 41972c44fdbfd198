#include "daemon/recorder/ratchet.h"

#include <sodium.h>

#include <cstring>
#include <utility>

#include "daemon/ledger/epochs.h"

namespace tally::recorder {
namespace {

static_assert(Ratchet::kSecretBytes == crypto_kdf_KEYBYTES);
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "epochsig";
/// Sub-keys of an epoch's secret (crypto_kdf): what it signs with, and the secret of the next epoch.
constexpr std::uint64_t kSeed = 1, kNext = 2;

void derive_into(GuardedBytes& derived, const GuardedBytes& secret, std::uint64_t what) {
  crypto_kdf_derive_from_key(derived.data(), derived.size(), what, kContext, secret.data());
}

GuardedBytes derive(const GuardedBytes& secret, std::uint64_t what) {
  GuardedBytes derived(Ratchet::kSecretBytes);
  derive_into(derived, secret, what);
  return derived;
}

}  // namespace

Ratchet Ratchet::fresh() {
  GuardedBytes secret(kSecretBytes);
  randombytes_buf(secret.data(), secret.size());
  return {0, std::move(secret)};
}

Ratchet Ratchet::resume(std::uint64_t epoch, std::string_view secret) {
  GuardedBytes copy(kSecretBytes);
  std::memcpy(copy.data(), secret.data(), kSecretBytes);
  return {epoch, std::move(copy)};
}

Ratchet Ratchet::duplicate() const {
  GuardedBytes copy(kSecretBytes);
  std::memcpy(copy.data(), secret_.data(), kSecretBytes);
  return {epoch_, std::move(copy)};
}

SigningKey Ratchet::key(std::string_view origin) const {
  const GuardedBytes seed = derive(secret_, kSeed);
  return SigningKey::from_seed(ledger::epoch_key(origin, epoch_, {}).name, seed);
}

void Ratchet::step() {
  secret_ = derive(secret_, kNext);
  ++epoch_;
}

std::string public_keys(const Ratchet& first, std::uint64_t count) {
  // Guarded memory is a few system calls each: it is taken once, not for each of 87,600 epochs.
  GuardedBytes pair(crypto_sign_SECRETKEYBYTES), seed(Ratchet::kSecretBytes), next(Ratchet::kSecretBytes);
  GuardedBytes secret(Ratchet::kSecretBytes);
  std::memcpy(secret.data(), first.secret().data(), secret.size());
  std::string keys(count * sizeof(ledger::PublicKey), '\0');
  for (std::uint64_t i = 0; i < count; ++i) {
    derive_into(seed, secret, kSeed);
    auto* const out = reinterpret_cast<unsigned char*>(keys.data()) + i * sizeof(ledger::PublicKey);
    crypto_sign_seed_keypair(out, pair.data(), seed.data());
    derive_into(next, secret, kNext);
    std::swap(secret, next);
  }
  return keys;
}

}  // namespace tally::recorder
