// The judge: opens a log after whatever happened to it, and holds it against what it promised.
//
//   auto judged = judge({root, key, promises});      // what was found, in one line; or the promise that was broken
//
// It looks from outside only: through the recorder's own interface, the reader and the verifier.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/recorder/clock.h"
#include "daemon/recorder/recorder.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::faults {

inline const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");

/// How old an entry must be before it may be pruned.
inline constexpr std::chrono::minutes kPrunedAfter{30};

/// A clock that a test sets.
struct HandSet {
  std::shared_ptr<std::chrono::minutes> passed = std::make_shared<std::chrono::minutes>(0);
  [[nodiscard]] recorder::Clock clock() const {
    return {[now = passed] { return kTime + *now; }, [now = passed] { return *now; }};
  }
};

struct Place {
  std::string root, key, promises;
  std::uint64_t epochs = 24;  ///< of a fresh log; each is an hour
  HandSet time = {};
  [[nodiscard]] recorder::SignedLogOptions options() const {
    recorder::LogSettings settings;
    settings.epochs = epochs;
    settings.prune_after = kPrunedAfter;
    return {root, key, time.clock(), settings, nullptr};
  }
};

/// Errors: the log does not open, does not verify, or lacks something that was promised.
base::Result<std::string> judge(const Place& place);

}  // namespace tally::faults
