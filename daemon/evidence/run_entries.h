// The entries of one finished run: its beginning, what it read, how each rule came out, its end; and before them the
// log's first, which says whose log it is. What the run found stands in entries of their own, of this run or an earlier
// one: the report names them.
//
//   auto run = find_run(reader, size, "run-7", [&](auto& entry) { redaction.learn(entry.personal); });
//   run->finished()                       // index of the run_finished entry
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/recorder/recorder.h"
#include "policy/base/result.h"
#include "policy/model/receipt.h"

namespace tally::evidence {

/// Entries in memory at once while the log is read.
inline constexpr std::uint64_t kEntriesAtOnce = 10'000;

struct RunEntries {
  std::string run;
  std::vector<model::RecordedEntry> entries;  ///< in the order of the log: genesis first, run_finished last
  [[nodiscard]] std::uint64_t finished() const { return entries.back().index; }
};

/// Looks through the first `size` entries; `seen` gets each that was read, in order. An empty `run` means the newest
/// finished one. Kind `not_found`.
base::Result<RunEntries> find_run(recorder::LogReader& reader, std::uint64_t size, const std::string& run,
                                  const std::function<void(const model::RecordedEntry& entry)>& seen);

}  // namespace tally::evidence
