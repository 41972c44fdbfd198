#include "daemon/ledger/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify_epochs.h"
#include "daemon/ledger/verify_files.h"
#include "daemon/ledger/verify_problems.h"
#include "daemon/ledger/verify_pruning.h"
#include "daemon/ledger/verify_tokens.h"
#include "daemon/ledger/verify_walk.h"
#include "daemon/ledger/verify_witnesses.h"

namespace tally::ledger {
namespace {

struct SignedNote {
  std::string bytes;
  std::size_t unknown = 0;  ///< signatures of keys that were not given
};

/// Nothing, after saying why, when no trusted checkpoint can be read.
std::optional<SignedNote> open_signed_checkpoint(TileReader& log, const VerifyOptions& options, Problems& problems,
                                                 VerifyReport& report) {
  auto bytes = log.read("checkpoint", kMaxNoteBytes);
  const auto opened = bytes ? open_checkpoint(*bytes, options.keys) : tl::unexpected(bytes.error());
  if (!opened) {
    problems.add("checkpoint", {}, opened.error().message);
    return std::nullopt;
  }
  report.bytes_checked += bytes->size();
  report.note = *bytes;
  report.origin = opened->checkpoint.origin;
  report.size = opened->checkpoint.size;
  report.root = opened->checkpoint.root;
  if (report.size == 0) problems.add("checkpoint", {}, "the log is empty: there is not even a genesis entry");
  const std::uint64_t seen =
      std::max(options.seen ? options.seen->size : 0, options.verified ? options.verified->checkpoint.size : 0);
  if (seen > report.size) {
    problems.add("checkpoint", report.size,
                 fmt::format("the log was cut: it has {} entries, and {} were seen before", report.size, seen));
  }
  return SignedNote{std::move(*bytes), opened->check.unknown};
}

std::optional<std::uint64_t> first_bad_index(const std::vector<Problem>& problems) {
  std::optional<std::uint64_t> first;
  for (const Problem& problem : problems) {
    if (problem.index) first = std::min(*problem.index, first.value_or(*problem.index));
  }
  return first;
}

/// One reading of the log; and whether bundles went meanwhile under an entry that its checkpoint does not cover.
std::pair<VerifyReport, bool> verify_once(TileReader& log, const VerifyOptions& options) {
  VerifyReport report;
  bool pruned_meanwhile = false;
  if (options.verified) report.epochs_closed_in_full_bundles = options.verified->epochs_closed;
  Problems problems;
  LogFiles files(log, problems);
  WitnessCheck witnesses(log, options, problems, report);
  const auto note = open_signed_checkpoint(log, options, problems, report);
  if (note && files.list(report.size)) {
    EpochCheck epochs(log, problems, report, options);
    TokenCheck tokens;
    PruningCheck pruning(log, problems, report);
    Walk walk(log, files, problems, report, {&epochs, &tokens, &pruning});
    const auto earlier = pruning.listed_before(options.verified ? options.verified->checkpoint.size : 0);
    if (earlier) walk.also_show(*earlier, entry_type::kLogPruned);
    if (walk.run(options)) {
      pruning.finish();
      pruned_meanwhile = pruning.meanwhile();
      epochs.finish(note->bytes, files.beside());
      witnesses.finish(*Note::parse(note->bytes), epochs);
      const std::size_t checked = epochs.signatures_checked() + witnesses.signatures_checked();
      if (const std::size_t unknown = note->unknown - checked; unknown != 0) {
        problems.note(fmt::format("{} signatures are of keys that were not given, and were not checked", unknown));
      }
      tokens.add(epochs.by_seal_alone());
      tokens.finish(log, options.authorities, problems);
      files.check_leftovers();
    }
  }
  if (files.unsigned_files() != 0) {
    problems.note(fmt::format("{} files hold entries beyond the signed size {}: written, not yet signed, not proven",
                              files.unsigned_files(), report.size));
  }
  report.bytes_checked += files.bytes_read();
  problems.move_into(report);
  report.first_bad_index = first_bad_index(report.problems);
  return {std::move(report), pruned_meanwhile};
}

}  // namespace

VerifyReport verify(TileReader& log, const VerifyOptions& options) {
  auto [report, pruned_meanwhile] = verify_once(log, options);
  // A writer signs the entry before it removes anything, so the checkpoint that stands now covers it.
  return pruned_meanwhile ? verify_once(log, options).first : std::move(report);
}

}  // namespace tally::ledger
