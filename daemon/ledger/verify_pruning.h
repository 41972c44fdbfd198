// PruningCheck: bundles that are gone must be gone under a `log_pruned` entry of this very log. A part of verify().
//
//   PruningCheck pruning(log, problems, report);
//   Walk walk(log, files, problems, report, {&pruning});     // takes the hash tile for a bundle that is gone
//   pruning.finish();
//
// Whether a missing bundle is pruned or lost is known only at the end: the entry that says so stands behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify.h"
#include "daemon/ledger/verify_problems.h"
#include "daemon/ledger/verify_walk.h"

namespace tally::ledger {

class PruningCheck final : public WalkCheck {
 public:
  PruningCheck(TileReader& log, Problems& problems, VerifyReport& report)
      : log_(log), problems_(problems), report_(report) {}

  /// Reads the list of `log_pruned` entries: the last of those before `size`, nothing without one.
  std::optional<std::uint64_t> listed_before(std::uint64_t size);

  [[nodiscard]] bool wants(std::string_view type) const override { return type == entry_type::kLogPruned; }
  void entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) override;
  void gone(std::uint64_t index, const TileTree& behind) override;
  /// After the walk. The list of pruned entries must be what was read.
  void finish();
  /// Bundles are missing that an entry beyond the checkpoint's size may prune: a writer did so while they were read.
  [[nodiscard]] bool meanwhile() const { return meanwhile_; }

 private:
  void check_list();
  [[nodiscard]] std::string why_missing();

  TileReader& log_;
  Problems& problems_;
  VerifyReport& report_;
  std::vector<std::uint64_t> seen_;  ///< `log_pruned` entries that were read
  std::optional<PrunedBy> newest_;
  bool meanwhile_ = false;
  std::vector<std::uint64_t> gone_;  ///< first entries of the bundles that are missing, ascending
};

}  // namespace tally::ledger
