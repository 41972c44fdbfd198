// Pruner: the bundles that `log_pruned` entries give up, in the folder of the log's one writer.
//
//   Pruner pruner(files, layout, 3650 * 24h);
//   pruner.open(tree.size());                        // what is pruned, and the rest of what a crash left
//   pruner.check(leaf, published, now);              // before such an entry is taken
//   pruner.list(index, leaf); … pruner.remove();     // before the checkpoint over it, and after
//
// What asks for the entry may be wrong, or in foreign hands: nothing younger than the age given here ever goes, and
// nothing that is not published. Hash tiles and the first bundle stay.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/pruning.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/layout.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::recorder {

class Pruner {
 public:
  /// `keep`: how old what goes must be; zero: nothing goes.
  Pruner(FileOperations& files, Layout layout, std::chrono::milliseconds keep)
      : files_(files), layout_(std::move(layout)), keep_(keep) {}

  /// Reads which entries prune the log of that published size. Kind `corrupt`.
  base::Result<void> open(std::uint64_t size);
  /// The newest `log_pruned` entry; nothing when none is published.
  [[nodiscard]] const std::optional<ledger::PrunedBy>& newest() const { return newest_; }

  /// Kind `malformed` when the leaf prunes what it may not. Other leaves are fine.
  base::Result<void> check(std::string_view leaf, std::uint64_t published, base::Instant now);
  /// Lists the entry, durably, when it prunes. Before the checkpoint that covers it.
  base::Result<void> list(std::uint64_t index, std::string_view leaf);
  /// Removes what the newest entry gives up and is still there. After that checkpoint; any number of times.
  base::Result<void> remove();

 private:
  base::Result<void> check_age(std::uint64_t from, std::uint64_t minimum, std::uint64_t published, base::Instant now);
  base::Result<bool> remove_bundle(std::uint64_t n);

  FileOperations& files_;
  Layout layout_;
  std::chrono::milliseconds keep_;
  std::vector<std::uint64_t> listed_;
  std::optional<ledger::PrunedBy> newest_;
};

}  // namespace tally::recorder
