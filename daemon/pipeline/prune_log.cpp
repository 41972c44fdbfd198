#include "daemon/pipeline/prune_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "daemon/archive/run_archive.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile.h"
#include "daemon/pipeline/log_walk.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/take_away.h"
#include "daemon/recorder/recorder.h"

namespace tally::pipeline {
namespace {

using base::Result;
using decisions::Retention;

/// The writer looks at each of these while it is waited for: seconds. The next audit goes on.
constexpr std::uint64_t kMostAtOnce = std::uint64_t{1} << 20;

/// How far the log may be pruned, and what stands there.
struct Bound {
  std::uint64_t index = 0;  ///< the first entry that stays
  std::string type;         ///< its type
  bool needed = false;      ///< it is old enough to go, but still needed
};

/// Looks for the first entry that stays.
class Bounding {
 public:
  Bounding(Kept& kept, const Retention& keep, const InForce& in_force, base::Instant now)
      : kept_(kept), keep_(keep), in_force_(in_force), now_(now), entries_(in_force.entries) {}

  Result<Bound> find() {
    if (auto added = add_entries(); !added) return tl::unexpected(added.error());
    auto reader = recorder::LogReader::open(kept_.state);
    if (!reader) return tl::unexpected(reader.error());
    // The first bundle stays, but counts no more: so what it began has to be over as well.
    const std::uint64_t begin = reader->pruned() ? reader->pruned()->what.minimum : 1;
    for (std::uint64_t at = begin; at < reader->size();) {
      const auto entries = reader->read(at, at + kEntriesAtOnce);
      if (!entries) return tl::unexpected(entries.error());
      at = entries->end();
      for (const model::RecordedEntry& one : entries->entries()) {
        const auto entry = ledger::Entry::parse(one.leaf);
        if (!entry) return tl::unexpected(entry.error());
        const bool young = base::add(entry->time, keep_.entries) > now_;
        if (young || is_needed(one.index, *entry)) return Bound{one.index, std::string(entry->type), !young};
      }
    }
    return Bound{reader->size(), {}, false};
  }

 private:
  /// Runs are known by their first entry: the newest, those that the next one goes by, and those whose inputs are kept,
  /// which could not be held against the log any more. And the configuration in force.
  Result<void> add_entries() {
    for (const std::string& run : in_force_.runs) add_run(run);
    for (const std::string& run : archive::kept_runs(snapshots_path(kept_.state))) add_run(run);
    const auto decisions = kept_.store.decisions();
    if (!decisions) return tl::unexpected(decisions.error());
    for (const model::FeedRelease& one : decisions->releases) {
      if (in_force_.runs.contains(one.run)) entries_.insert(one.number);
    }
    const auto configuration = kept_.store.last_configuration_entry();
    if (!configuration) return tl::unexpected(configuration.error());
    if (*configuration) entries_.insert(**configuration);
    return {};
  }

  void add_run(std::string_view run) {
    if (const auto first = ledger::first_entry_of(run)) entries_.insert(*first);
  }

  [[nodiscard]] bool is_needed(std::uint64_t index, const ledger::Entry& entry) const {
    return entries_.contains(index) || (!entry.subject.empty() && in_force_.handles.contains(entry.subject));
  }

  Kept& kept_;
  const Retention& keep_;
  const InForce& in_force_;
  base::Instant now_;
  std::set<std::uint64_t> entries_;
};

std::string kept_by(const Bound& bound) {
  if (!bound.needed) return {};
  return fmt::format(" Entry {} ({}) is still needed and keeps those behind it.", bound.index, bound.type);
}

}  // namespace

Result<std::string> prune_log(Kept& kept, const Retention& keep, const InForce& in_force, base::Instant now) {
  auto reader = recorder::LogReader::open(kept.state);
  if (!reader) return tl::unexpected(reader.error());
  const std::uint64_t before = reader->pruned() ? reader->pruned()->what.minimum : 0;
  const std::uint64_t from = std::max(before, ledger::kFirstPrunable);
  const auto bound = Bounding(kept, keep, in_force, now).find();
  if (!bound) return tl::unexpected(bound.error());
  const std::uint64_t minimum = std::min(bound->index / ledger::kTileWidth * ledger::kTileWidth, from + kMostAtOnce);
  if (minimum <= from) return bound->needed ? "Nothing was pruned." + kept_by(*bound) : std::string();
  const ledger::Pruned pruned{minimum, before, keep.policy, bound->needed ? std::optional(bound->index) : std::nullopt};
  const auto entry =
      record_published(kept, {std::string(ledger::entry_type::kLogPruned), pruned.fields(), {}, {}}, now);
  if (!entry && entry.error().kind == base::ErrorKind::malformed) {
    return fmt::format("Nothing was pruned: whoever writes the log refuses ({}).", entry.error().message);
  }
  if (!entry) return tl::unexpected(entry.error());
  if (auto finished = finish_pruning(kept); !finished) return tl::unexpected(finished.error());
  return fmt::format("Pruned: entries {} to {}, under the policy sha256:{} (entry {}).{}", from, minimum - 1,
                     keep.policy.hex(), *entry, kept_by(*bound));
}

Result<void> finish_pruning(Kept& kept) {
  auto reader = recorder::LogReader::open(kept.state);
  if (!reader) return tl::unexpected(reader.error());
  if (!reader->pruned()) return {};
  const std::uint64_t minimum = reader->pruned()->what.minimum;
  if (auto rows = kept.recorder.prune_personal(minimum); !rows) return tl::unexpected(rows.error());
  const auto known = kept.store.minimum();
  if (!known) return tl::unexpected(known.error());
  return *known == minimum ? Result<void>() : make_store_again(kept);
}

}  // namespace tally::pipeline
