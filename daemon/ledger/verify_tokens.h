// TokenCheck: the timestamps beside the ends of epochs. A part of verify().
//
//   TokenCheck tokens;
//   Walk walk(log, files, problems, report, {&tokens});
//   tokens.finish(log, options.authorities, problems);
//
// A token under no trusted certificate, or over another text, fails the log. One that came late is told, not failed: an
// authority may be away for days, and the token then shows that much less. A missing one is counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/timestamp.h"
#include "daemon/ledger/verify_problems.h"
#include "daemon/ledger/verify_walk.h"

namespace tally::ledger {

/// A token this long after the end of its epoch is on time.
inline constexpr std::chrono::hours kTokenGrace{24};

class TokenCheck final : public WalkCheck {
 public:
  [[nodiscard]] bool wants(std::string_view type) const override;
  void entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) override;
  /// Epochs whose ends were pruned and are shown by their seals.
  void add(const std::vector<std::uint64_t>& ended) { ended_.insert(ended_.end(), ended.begin(), ended.end()); }
  /// After the walk. Without authorities tokens are only counted.
  void finish(TileReader& log, const TimestampAuthorities* authorities, Problems& problems) const;

 private:
  std::optional<EpochPlan> plan_;
  std::vector<std::uint64_t> ended_;  ///< epochs, as their last entries or their seals say
};

}  // namespace tally::ledger
