// Epochs: stretches of a log's life, each with a signing key of its own that is destroyed when the epoch ends. Whoever
// takes the host over later holds the key of the open epoch and none of the closed ones, so the past stays as it was.
//
//   auto plan = EpochPlan::of(genesis_leaf);              // all public keys, promised in the first entry
//   plan->at(now)                                         // the epoch by the clock
//   closing_path(1234) == "epoch/x001/234"                // the checkpoint that closed it, signed by its key
//
// Not the private keys: those are the recorder's (epoch_keys.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// The file with the public keys of all epochs: 32 bytes each, one behind the other.
inline constexpr std::string_view kEpochKeysPath = "epoch/keys";
/// The file with the log certificate; a copy of what the root signed.
inline constexpr std::string_view kCertificatePath = "certificate";
/// Most epochs that a log may promise: 34 MiB of keys, 119 years of hours.
inline constexpr std::uint64_t kMaxEpochs = std::uint64_t{1} << 20;
inline constexpr std::chrono::seconds kMinEpochPeriod{60}, kMaxEpochPeriod{366 * 86'400};

namespace entry_type {
inline constexpr std::string_view kEpochClosed = "epoch_closed";    ///< EpochClosed
inline constexpr std::string_view kClockStepped = "clock_stepped";  ///< ClockStepped
}  // namespace entry_type

/// True for the types that a log writes of itself and nobody else may.
bool is_of_the_log(std::string_view type);

/// What the genesis entry promises of the epochs: {"count","period","root","start"}.
struct EpochPlan {
  std::uint64_t count = 0;         ///< 1 to kMaxEpochs; the last one stays open for ever
  std::chrono::seconds period{0};  ///< at least kMinEpochPeriod
  base::Instant start;             ///< of epoch 0, whole seconds
  base::Digest root;               ///< RFC 6962 root over the public keys as leaves

  /// The epoch at that time by the clock alone: 0 before `start`, the last one when all are over.
  [[nodiscard]] std::uint64_t at(base::Instant time) const;
  /// When that epoch ends by the clock.
  [[nodiscard]] base::Instant end_of(std::uint64_t epoch) const;
  /// The plan in a genesis entry; nothing when it has none (a log with one key). Kind `malformed`.
  static base::Result<std::optional<EpochPlan>> of(std::string_view genesis_leaf);
  friend bool operator==(const EpochPlan&, const EpochPlan&) = default;
};

/// The checkpoint of the log that a genesis entry goes on from, without extension lines; nothing when it goes on from
/// none. Kind `malformed`.
base::Result<std::optional<Checkpoint>> previous_of(std::string_view genesis_leaf);

/// The fields of a genesis entry, for make_leaf. `previous`: a log that cannot go on, and that this one follows.
std::string genesis_fields(std::string_view origin, const std::optional<EpochPlan>& plan,
                           const std::optional<Checkpoint>& previous);

/// RFC 6962 root over 32-byte keys, which `keys` is a whole number of, at least one.
base::Digest epoch_keys_root(std::string_view keys);
/// The key of one epoch: its name is "<origin>/epoch/<n>", so that no two of a log share a key id by accident.
VerifierKey epoch_key(std::string_view origin, std::uint64_t epoch, const PublicKey& bytes);

/// Where the signed checkpoint that closed an epoch stands, numbered as tlog-tiles numbers tiles.
std::string closing_path(std::uint64_t epoch);
/// Where the RFC 3161 token over that checkpoint's text stands.
std::string token_path(std::uint64_t epoch);
/// The epoch of exactly such a path.
std::optional<std::uint64_t> parse_closing_path(std::string_view path);
std::optional<std::uint64_t> parse_token_path(std::string_view path);

/// The last entry of an epoch. The checkpoint right behind it is signed by the epoch's key for the last time.
struct EpochClosed {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;     ///< entries before this one
  std::uint64_t mono_ms = 0;  ///< CLOCK_BOOTTIME, milliseconds: shows steps of the wall clock beside "ts"
  std::string boot_id;        ///< of the kernel; empty when it cannot be read

  [[nodiscard]] std::string fields() const;
  /// Nothing when the leaf is another entry. Kind `malformed`.
  static base::Result<std::optional<EpochClosed>> of(std::string_view leaf);
};

/// The wall clock jumped: it went from `from` to the entry's "ts" while hardly any time passed.
struct ClockStepped {
  base::Instant from;

  [[nodiscard]] std::string fields() const;
};

/// What the offline root signs: whose log, which log key, which epochs. The note's text (docs/spec/ledger.md).
struct Certificate {
  VerifierKey log_key;  ///< its name is the origin
  EpochPlan plan;

  static base::Result<Certificate> parse(std::string_view text);
  [[nodiscard]] std::string format() const;
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// Reads a certificate that the root signed. Kinds `malformed`, `untrusted`.
base::Result<Certificate> open_certificate(std::string_view note, const VerifierKey& root);

}  // namespace tally::ledger
