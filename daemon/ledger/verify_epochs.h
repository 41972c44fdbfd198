// EpochCheck: that every epoch of the log has exactly one end, signed by its own key, and that these keys are the ones
// that were promised when the log began. A part of verify().
//
//   EpochCheck epochs(log, problems, report, options);
//   Walk walk(log, files, problems, report, {&epochs});
//   epochs.finish(checkpoint_note, files.beside());
//
// Each check answers a failure of another system: a log without any seal passed (systemd #15425), seals of other epochs
// and missing ones passed (CVE-2023-31438, CVE-2023-31439), a clock set back opened an epoch again.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify.h"
#include "daemon/ledger/verify_problems.h"
#include "daemon/ledger/verify_walk.h"

namespace tally::ledger {

class EpochCheck final : public WalkCheck {
 public:
  /// With a root key the log must have epochs, and a certificate for them by that key. `options` outlives this.
  EpochCheck(TileReader& log, Problems& problems, VerifyReport& report, const VerifyOptions& options)
      : log_(log),
        problems_(problems),
        report_(report),
        log_key_(options.keys.front()),
        root_(options.root),
        open_(options.verified ? options.verified->epochs_closed : 0) {}

  [[nodiscard]] bool wants(std::string_view type) const override;
  void entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) override;
  void gone(std::uint64_t index, const TileTree& behind) override;
  /// After the walk. `note` is the signed checkpoint, `beside` the paths that are no tiles.
  void finish(std::string_view note, const std::set<std::string>& beside);

  /// The key that signed the checkpoint of that size: its epoch's, which may have ended with it. Nothing when the log
  /// has no epochs, or when an earlier verification saw where that one ended.
  [[nodiscard]] std::optional<VerifierKey> key_at(std::uint64_t size) const;
  /// Epochs whose last entry is gone: the checkpoint that closed them, signed by their key, is that of the tree there.
  [[nodiscard]] const std::vector<std::uint64_t>& by_seal_alone() const { return by_seal_alone_; }
  /// How many signatures of the newest checkpoint were checked here.
  [[nodiscard]] std::size_t signatures_checked() const { return newest_checked_ ? 1 : 0; }

 private:
  void begin(std::string_view leaf);
  void take_up();
  void close(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind);
  void find_seal();
  void ended(std::uint64_t index);
  void check_closing(std::uint64_t index, const base::Digest& root_behind);
  void check_newest(std::string_view note);
  void check_certificate();
  void check_beside(const std::set<std::string>& beside);
  [[nodiscard]] VerifierKey key_of(std::uint64_t epoch) const;

  TileReader& log_;
  Problems& problems_;
  VerifyReport& report_;
  const VerifierKey& log_key_;
  const std::optional<VerifierKey>& root_;
  std::optional<EpochPlan> plan_;
  std::string keys_;                 ///< empty when they are not those that were promised
  std::uint64_t open_ = 0;           ///< the epoch behind the last end
  std::vector<std::uint64_t> ends_;  ///< tree sizes of the newest ends, as far as they were seen
  bool newest_checked_ = false;
  std::vector<std::uint64_t> by_seal_alone_;
  std::optional<std::uint64_t> looked_for_;  ///< the epoch of `seal_`
  std::optional<Checkpoint> seal_;           ///< what closed the open epoch, when such a file is there
};

}  // namespace tally::ledger
