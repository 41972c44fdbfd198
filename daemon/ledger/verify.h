// Checks a whole log again from its bytes, trusting nothing but the keys it is given.
//
//   auto log = LogDirectory::open("/var/lib/tallystick/log");
//   auto key = VerifierKey::parse(vkey_text);
//   VerifyReport report = verify(*log, {.keys = {*key}});
//   if (!report.ok()) ... report.problems, *report.first_bad_index, report.last_good_size
//
// Not a freshness check: a log cut back to an older signed checkpoint verifies at that size; remember the last size
// you saw (VerifyOptions::seen), or use a witness.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/pruning.h"
#include "daemon/ledger/trust_policy.h"
#include "policy/base/digest.h"
#include "policy/base/time.h"

namespace tally::ledger {

class TimestampAuthorities;

/// Where an earlier verification ended.
struct Verified {
  Checkpoint checkpoint;
  std::uint64_t epochs_closed = 0;  ///< VerifyReport::epochs_closed_in_full_bundles of then
};

/// An age that is judged at a moment.
struct Freshness {
  base::Instant now;
  base::Duration max_age;
};

struct VerifyOptions {
  /// All of them must have signed the checkpoint. The first is the log's own key: its name is the expected origin.
  std::vector<VerifierKey> keys;
  /// A checkpoint seen earlier: the log must still hold that tree. Found elsewhere, already trusted.
  std::optional<Checkpoint> seen = {};
  /// The offline key that certified the log's epochs; without it their certificate is not looked at.
  std::optional<VerifierKey> root = {};
  /// How far the log was verified before: only what came after is read again. Not beyond `seen`, whose tree would not
  /// be seen then.
  std::optional<Verified> verified = {};
  /// Whose timestamps count; without any they are not checked. Outlives the call.
  const TimestampAuthorities* authorities = nullptr;
  /// Told now and then how many entries of how many are done.
  std::function<void(std::uint64_t done, std::uint64_t size)> progress = {};
  /// Which log keys count, and how many witnesses must have cosigned.
  std::optional<TrustPolicy> policy = {};
  /// How old the newest witness time may be.
  std::optional<Freshness> freshness = {};
};

struct Problem {
  std::string path;                    ///< file of the log, or empty
  std::optional<std::uint64_t> index;  ///< first entry that the problem touches, when known
  std::string message;                 ///< one line
};

/// What the newest `log_pruned` entry says, and how many entries are gone.
struct PrunedAway {
  PrunedBy by;
  std::uint64_t entries = 0;
};

/// What was found. The texts quote log bytes only through base::displayable.
struct VerifyReport {
  std::vector<Problem> problems;    ///< at most kMaxProblems; empty means that the log verifies
  std::vector<std::string> notes;   ///< true but no failure: clock steps, files beyond the signed size, unknown signers
  std::string note;                 ///< the checkpoint as it was signed, when the signature holds
  std::string origin;               ///< of the checkpoint, when readable
  std::uint64_t size = 0;           ///< signed tree size, when the signature holds
  base::Digest root;                ///< signed root, when the signature holds
  std::uint64_t first_checked = 0;  ///< entries before this one were not read (VerifyOptions::verified)
  std::uint64_t entries_checked = 0;             ///< entries whose bytes were hashed again
  std::uint64_t bytes_checked = 0;               ///< bytes of all files read
  std::optional<std::uint64_t> first_bad_index;  ///< lowest index of all problems that have one
  /// Largest n such that the signed root itself proves the entries [0, n) as they were read; 0 when it proves none.
  std::uint64_t last_good_size = 0;
  std::uint64_t epochs_closed = 0;                  ///< whose last checkpoint is signed by their own, destroyed key
  std::uint64_t epochs_closed_in_full_bundles = 0;  ///< of these: where a later verification takes up
  std::uint64_t epochs_by_seal_alone = 0;           ///< of these: whose last entry was pruned
  bool certified = false;                           ///< the root key stands behind the keys of all epochs
  std::optional<std::uint64_t> witnessed_size;      ///< of the newest tree that meets the policy's quorum
  std::optional<base::Instant> witness_time;        ///< TrustPolicy::witness_time of that tree
  std::optional<PrunedAway> pruned;                 ///< nothing when no entry prunes
  /// Why the log may have been cut back, although nothing is wrong with it; empty when it is as fresh as was asked for.
  std::string stale;
  std::optional<base::Instant> first_time, last_time;  ///< `ts` of the first and the last entry

  [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// A flipped bit repeats in many places; more problems than this are counted in the last one's message.
inline constexpr std::size_t kMaxProblems = 100;

class TileReader;

VerifyReport verify(TileReader& log, const VerifyOptions& options);

}  // namespace tally::ledger
