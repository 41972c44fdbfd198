#include "daemon/recorder/ratchet.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <thread>
#include <utility>
#include <vector>

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

namespace {

/// Seeds that are in memory at one time: 256 KiB, which may be locked there.
constexpr std::uint64_t kSeedsAtOnce = 8'192;

/// The secret goes on by as many epochs as there is room for their seeds.
void derive_seeds(GuardedBytes& seeds, GuardedBytes& secret) {
  // Guarded memory is a few system calls each: it is taken once, not for each epoch.
  GuardedBytes seed(Ratchet::kSecretBytes), next(Ratchet::kSecretBytes);
  for (std::size_t at = 0; at < seeds.size(); at += seed.size()) {
    derive_into(seed, secret, kSeed);
    std::memcpy(seeds.data() + at, seed.data(), seed.size());
    derive_into(next, secret, kNext);
    std::swap(secret, next);
  }
}

/// On every processor: a key takes some 14 µs.
void make_keys(const GuardedBytes& seeds, unsigned char* keys) {
  const std::uint64_t count = seeds.size() / Ratchet::kSecretBytes;
  const auto make = [&](std::uint64_t begin, std::uint64_t end) {
    GuardedBytes pair(crypto_sign_SECRETKEYBYTES);
    for (std::uint64_t i = begin; i < end; ++i) {
      crypto_sign_seed_keypair(keys + i * sizeof(ledger::PublicKey), pair.data(),
                               seeds.data() + i * Ratchet::kSecretBytes);
    }
  };
  const std::uint64_t parts = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::future<void>> made;
  // By default std::async does without a thread where none can be had.
  for (std::uint64_t part = 0; part < parts; ++part) {
    made.push_back(std::async(make, count * part / parts, count * (part + 1) / parts));
  }
  for (std::future<void>& one : made) one.get();
}

}  // namespace

std::string public_keys(const Ratchet& first, std::uint64_t count) {
  GuardedBytes secret(Ratchet::kSecretBytes);
  std::memcpy(secret.data(), first.secret().data(), secret.size());
  std::string keys(count * sizeof(ledger::PublicKey), '\0');
  for (std::uint64_t done = 0; done < count; done += kSeedsAtOnce) {
    GuardedBytes seeds(std::min(kSeedsAtOnce, count - done) * Ratchet::kSecretBytes);
    derive_seeds(seeds, secret);
    make_keys(seeds, reinterpret_cast<unsigned char*>(keys.data()) + done * sizeof(ledger::PublicKey));
  }
  return keys;
}

}  // namespace tally::recorder
