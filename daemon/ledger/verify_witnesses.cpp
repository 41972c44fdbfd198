#include "daemon/ledger/verify_witnesses.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile_tree.h"

namespace tally::ledger {
namespace {

/// How far apart two clocks may be.
constexpr std::chrono::minutes kClockTolerance{5};

}  // namespace

void WitnessCheck::finish(const Note& checkpoint, const EpochCheck& epochs) {
  const auto witnessed = open_witnessed(epochs);
  if (options_.freshness && !(options_.policy && options_.policy->needs_witnesses())) {
    report_.stale = "no witness is asked, so nothing tells how old this is";
  }
  if (!options_.policy) return;
  if (!options_.policy->allows_log(options_.keys.front())) {
    problems_.add("checkpoint", {}, "the policy does not name the key of this log");
  }
  const Tree newest{report_.size, signers_of(checkpoint, "checkpoint")};
  signatures_checked_ = newest.signers.size();
  judge(newest, witnessed);
}

/// Nothing when there is no such file, or after saying what is wrong with it.
std::optional<WitnessCheck::Tree> WitnessCheck::open_witnessed(const EpochCheck& epochs) {
  const std::string path(kWitnessedPath);
  if (!witnessed_ && witnessed_.error().kind == base::ErrorKind::not_found) return std::nullopt;
  const auto opened =
      witnessed_ ? open_checkpoint(*witnessed_, {&options_.keys.front(), 1}) : tl::unexpected(witnessed_.error());
  if (!opened) {
    problems_.add(path, {}, opened.error().message);
    return std::nullopt;
  }
  report_.bytes_checked += witnessed_->size();
  if (!holds(opened->checkpoint)) return std::nullopt;
  if (const auto key = epochs.key_at(opened->checkpoint.size)) {
    const std::array keys = {options_.keys.front(), *key};
    if (const auto both = open_checkpoint(*witnessed_, keys); !both) {
      problems_.add(path, {}, both.error().message);
      return std::nullopt;
    }
  }
  return Tree{opened->checkpoint.size, signers_of(*Note::parse(*witnessed_), path)};
}

/// Whether the log's signed tree has grown out of this one, which the log has signed too.
bool WitnessCheck::holds(const Checkpoint& older) {
  const std::string path(kWitnessedPath);
  if (older.size > report_.size) {
    problems_.add(path, report_.size,
                  fmt::format("the log was cut: it has {} entries, and {} were witnessed", report_.size, older.size));
    return false;
  }
  if (older.size == 0) return true;
  const auto proof = consistency_proof(older.size, report_.size, tile_nodes(log_, report_.size));
  if (!proof) {
    problems_.add(path, {}, "cannot be compared with the checkpoint: " + proof.error().message);
    return false;
  }
  if (verify_consistency(older.size, report_.size, older.root, report_.root, *proof)) return true;
  problems_.add(path, {}, fmt::format("the first {} entries are not those that were witnessed", older.size));
  return false;
}

/// The witnesses of the policy who signed. A wrong signature of one of them is a problem, and then nobody counts.
std::vector<Signer> WitnessCheck::signers_of(const Note& note, std::string_view path) {
  if (!options_.policy) return {};
  auto signers = cosigners(note, *options_.policy);
  if (signers) return std::move(*signers);
  problems_.add(std::string(path), {}, signers.error().message);
  return {};
}

void WitnessCheck::judge(const Tree& checkpoint, const std::optional<Tree>& witnessed) {
  const TrustPolicy& policy = *options_.policy;
  const bool newest_counts = policy.met(checkpoint.signers);
  if (!newest_counts && !(witnessed && policy.met(witnessed->signers))) {
    problems_.add("checkpoint", {},
                  fmt::format("the quorum of the policy is not met: cosigned by {}; the file `witnessed`: {}",
                              cosigner_names(policy, checkpoint.signers),
                              witnessed ? "by " + cosigner_names(policy, witnessed->signers) : "none that counts"));
    return;
  }
  const Tree& tree = newest_counts ? checkpoint : *witnessed;
  if (!policy.needs_witnesses()) return;
  report_.witnessed_size = tree.size;
  if (tree.size < report_.size) {
    problems_.note(fmt::format("not yet witnessed: the {} entries from {} on", report_.size - tree.size, tree.size));
  }
  if (const auto time = policy.witness_time(tree.signers)) judge_age(*time);
}

void WitnessCheck::judge_age(std::uint64_t time) {
  const base::Instant at = cosigned_at(time);
  report_.witness_time = at;
  if (!options_.freshness) return;
  const auto& [now, max_age] = *options_.freshness;
  if (at > base::add(now, kClockTolerance)) {
    problems_.note(fmt::format("the witness time, {}, is yet to come: check the clocks", base::format_instant(at)));
  } else if (at < base::add(now, -max_age)) {
    report_.stale =
        fmt::format("the newest witness time is {}, {} ago; at most {} are allowed", base::format_instant(at),
                    base::format_duration(now - at), base::format_duration(max_age));
  }
}

}  // namespace tally::ledger
