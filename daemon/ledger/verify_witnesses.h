// WitnessCheck: what the witnesses say of a log. A part of verify().
//
//   WitnessCheck witnesses(log, options, problems, report);     // before `checkpoint` is read: it is written first
//   ... the checkpoint is opened, the entries are walked over ...
//   witnesses.finish(*note_of_checkpoint, epochs);
//   report.witnessed_size, report.stale
//
// The note that has to meet the quorum of the trust policy is `checkpoint`, or else `witnessed`: the newest checkpoint
// that had met one when it was written. Not the walk: that an older tree is a part of this log is shown by a
// consistency proof between the two signed roots, whoever made the tiles.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "daemon/ledger/cosigners.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify.h"
#include "daemon/ledger/verify_epochs.h"
#include "daemon/ledger/verify_problems.h"

namespace tally::ledger {

class WitnessCheck {
 public:
  WitnessCheck(TileReader& log, const VerifyOptions& options, Problems& problems, VerifyReport& report)
      : log_(log),
        options_(options),
        problems_(problems),
        report_(report),
        witnessed_(log.read(std::string(kWitnessedPath), kMaxNoteBytes)) {}

  /// `checkpoint` is signed by the log, and its tree is the report's. `epochs` has seen all entries.
  void finish(const Note& checkpoint, const EpochCheck& epochs);
  /// Signature lines of `checkpoint` that are of the policy's witnesses.
  [[nodiscard]] std::size_t signatures_checked() const { return signatures_checked_; }

 private:
  /// A tree of this log and who signed it.
  struct Tree {
    std::uint64_t size = 0;
    std::vector<Signer> signers;
  };
  std::optional<Tree> open_witnessed(const EpochCheck& epochs);
  bool holds(const Checkpoint& older);
  std::vector<Signer> signers_of(const Note& note, std::string_view path);
  void judge(const Tree& checkpoint, const std::optional<Tree>& witnessed);
  void judge_age(std::uint64_t time);

  TileReader& log_;
  const VerifyOptions& options_;
  Problems& problems_;
  VerifyReport& report_;
  base::Result<std::string> witnessed_;
  std::size_t signatures_checked_ = 0;
};

}  // namespace tally::ledger
