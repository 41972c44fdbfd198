// EpochKeeper: the open epoch of a log: signs with its key, closes it when it is over, and destroys the key then.
//
//   auto keeper = EpochKeeper::create(files, layout, {87600, 1h, now, {}});      // with a fresh log
//   std::string line = keeper->sign(origin, text);                               // by the open epoch's key
//   keeper->closed(); ... keeper->forget_closed();                               // next key; the old one is gone
//
// ClockWatch notices when the wall clock is set: epochs follow it forwards and never back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/recorder/clock.h"
#include "daemon/recorder/epoch_state.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/staging.h"
#include "policy/base/result.h"

namespace tally::recorder {

class EpochKeeper {
 public:
  /// Makes the secret of epoch 0 and publishes the keys of all epochs: durable before the genesis entry names them.
  /// `plan` without its root; `start` is cut to whole seconds. Kind `malformed` beyond the limits of ledger/epochs.h.
  static base::Result<EpochKeeper> create(FileOperations& files, const Layout& layout, ledger::EpochPlan plan);
  /// The epoch that was open last. Kind `corrupt` when its secret is missing or is not that of the published key.
  static base::Result<EpochKeeper> resume(FileOperations& files, const Layout& layout, const ledger::EpochPlan& plan,
                                          const std::string& origin);

  [[nodiscard]] const ledger::EpochPlan& plan() const { return plan_; }
  /// The open epoch.
  [[nodiscard]] std::uint64_t epoch() const { return current_.epoch(); }
  /// The signature line of the open epoch's key.
  [[nodiscard]] std::string sign(std::string_view origin, std::string_view text) const;

  /// The entries that close all epochs that are over, at most kMaxClosingsAtOnce; `size` is that of the log.
  [[nodiscard]] base::Result<std::vector<std::string>> closing_leaves(const Clock& clock, std::uint64_t size) const;
  /// The open epoch's last signature is made: from here on the next one signs, in memory. forget_closed() follows.
  void closed() { current_.step(); }
  /// Overwrites the secrets of the epochs that were closed. The checkpoints that close them are durable.
  base::Result<void> forget_closed();
  /// After a stop between publishing and forget_closed(): the tail of the published log says what was closed. Kind
  /// `corrupt` when the log lacks closings that were made.
  base::Result<void> forget_published(std::uint64_t size,
                                      const std::function<base::Result<std::string>(std::uint64_t)>& leaf_at);

 private:
  EpochKeeper(Layout layout, ledger::EpochPlan plan, EpochState state, Ratchet current)
      : layout_(std::move(layout)), plan_(plan), state_(std::move(state)), current_(std::move(current)) {}
  Layout layout_;
  ledger::EpochPlan plan_;
  EpochState state_;
  Ratchet current_;  ///< ahead of state_ between closed() and forget_closed()
};

/// Each closing is a file that is synced: this many are a second or two.
inline constexpr std::size_t kMaxClosingsAtOnce = 1000;

/// Checks that the certificate at `path` is of this log and keeps a copy of it beside the log. The root's signature is
/// not checked: this side does not know the root. Kind `malformed` when it is another log's; `plan` nullptr: no epochs.
base::Result<void> save_certificate(FileOperations& files, const Layout& layout, const ledger::VerifierKey& log_key,
                                    const ledger::EpochPlan* plan, const std::string& path);

class ClockWatch {
 public:
  struct Step {
    base::Instant from, to;
  };
  explicit ClockWatch(Clock clock);
  /// A step of the wall clock since the last look; the first look tells whether it is behind the open epoch.
  std::optional<Step> look(const EpochKeeper* epochs);

 private:
  Clock clock_;
  base::Instant wall_;
  std::chrono::milliseconds boot_{0};
  bool first_ = true;
};

/// Smaller jumps are taken for the clock being slewed between two looks, which are an hour apart at most.
inline constexpr std::chrono::seconds kClockStep{10};

}  // namespace tally::recorder
