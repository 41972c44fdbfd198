// Pruning: the oldest bundles of a log may go under a written policy, and an entry says so before they do. The hash
// tiles and the first bundle stay, so every proof and every signature of the log can still be checked.
//
//   auto pruned = Pruned::of(leaf);                  // {"before":0,"minimum":4096,"policy":"9f86d0…"}
//   if (*pruned) (*pruned)->minimum                  // bundles [1, minimum / 256) may be gone
//   parse_pruned_list("8771\n9300\n")                // the file `pruned`: which entries say so
//
// Not the removal itself: that is the business of the log's one writer (daemon/recorder).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

namespace entry_type {
inline constexpr std::string_view kLogPruned = "log_pruned";  ///< Pruned
}  // namespace entry_type

/// The file that lists the indexes of all `log_pruned` entries, so that a reader finds the newest without the others.
inline constexpr std::string_view kPrunedListPath = "pruned";
inline constexpr std::size_t kMaxPrunedListBytes = std::size_t{1} << 20;
/// The first bundle stays: it holds the genesis entry. Its other entries count no more: what ended them may be gone.
inline constexpr std::uint64_t kFirstPrunable = 256;

struct Pruned {
  std::uint64_t minimum = 0;             ///< entries [kFirstPrunable, minimum) may be gone; a multiple of 256
  std::uint64_t before = 0;              ///< the minimum until then, 0 for none
  base::Digest policy;                   ///< SHA-256 of the written policy
  std::optional<std::uint64_t> held_by;  ///< the entry that is still needed and kept the minimum from going on

  [[nodiscard]] std::string fields() const;
  /// Nothing when the leaf is another entry. Kind `malformed`.
  static base::Result<std::optional<Pruned>> of(std::string_view leaf);
  [[nodiscard]] bool covers(std::uint64_t index) const { return index >= kFirstPrunable && index < minimum; }
};

/// A `log_pruned` entry and where it stands.
struct PrunedBy {
  std::uint64_t entry = 0;
  Pruned what;

  /// "entry 300 was pruned under the policy sha256:9f86… by entry 9000: its hash is there, its content is gone"
  [[nodiscard]] std::string sentence(std::uint64_t index) const;
};

/// The indexes in the file `pruned`: one a line, ascending. Nothing when it is not of that form.
std::optional<std::vector<std::uint64_t>> parse_pruned_list(std::string_view bytes);
std::string format_pruned_list(const std::vector<std::uint64_t>& entries);
/// The last of them below `size`: a writer lists an entry just before the checkpoint covers it.
std::optional<std::uint64_t> last_below(const std::vector<std::uint64_t>& entries, std::uint64_t size);

}  // namespace tally::ledger
