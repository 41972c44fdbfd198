#include "daemon/pipeline/retention.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/erasure_plan.h"
#include "daemon/pipeline/in_force.h"
#include "daemon/pipeline/log_walk.h"
#include "daemon/pipeline/prune_log.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/take_away.h"

namespace tally::pipeline {
namespace {

using base::Result;
using decisions::Retention;

class Applying {
 public:
  Applying(Kept& kept, const Retention& keep, const InForce& in_force, base::Instant now)
      : kept_(kept), keep_(keep), in_force_(in_force), now_(now) {}

  Result<void> run() {
    for (auto step : {&Applying::find_entries, &Applying::find_kept_runs}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    if (plan_.entries.empty() && plan_.runs.empty()) return {};
    plan_.by_class = counts_;
    if (auto saved = save(plan_, kept_.state); !saved) return saved;
    if (auto taken = take_away(kept_, plan_, 0, now_, {}); !taken) return tl::unexpected(taken.error());
    return {};
  }

 private:
  [[nodiscard]] bool is_over(base::Instant time, Retention::Span span) const {
    return span.count() != 0 && base::add(time, span) <= now_;
  }

  Result<void> find_entries() {
    return each_entry(kept_.state, [&](const model::RecordedEntry& one, const ledger::Entry& entry) {
      if (!one.personal.empty()) take(one, entry);
    });
  }

  void take(const model::RecordedEntry& one, const ledger::Entry& entry) {
    const std::string_view kind = decisions::class_of(entry.type);
    if (!is_over(entry.time, keep_.of(kind))) return;
    if (in_force_.entries.contains(one.index) || in_force_.handles.contains(entry.subject)) return;
    if (kind == "runs" && in_force_.runs.contains(nlohmann::json::parse(one.leaf).value("run", ""))) return;
    plan_.entries.push_back(one.index);
    ++counts_[std::string(kind)];
  }

  Result<void> find_kept_runs() {
    auto reader = recorder::LogReader::open(kept_.state);
    if (!reader) return tl::unexpected(reader.error());
    for (const std::string& run : archive::kept_runs(snapshots_path(kept_.state))) {
      const auto index = ledger::first_entry_of(run);
      if (!index) continue;
      const auto first = reader->read(*index, *index + 1);
      if (!first) return tl::unexpected(first.error());
      if (first->count() == 0) continue;  // of another log: not ours to judge
      const auto entry = ledger::Entry::parse(first->entries()[0].leaf);
      if (!entry) return tl::unexpected(entry.error());
      if (is_over(entry->time, keep_.kept_runs)) plan_.runs.push_back(run);
    }
    return {};
  }

  Kept& kept_;
  const Retention& keep_;
  const InForce& in_force_;
  base::Instant now_;
  ErasurePlan plan_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

Result<std::vector<std::string>> apply_retention(Kept& kept, const Retention& keep, base::Instant now) {
  std::vector<std::string> sentences;
  if (!keep.any()) return sentences;
  if (auto current = catch_up(kept.store, kept.recorder, kept.state); !current) return tl::unexpected(current.error());
  if (auto published = kept.recorder.publish(); !published) return tl::unexpected(published.error());
  if (auto ended = finish_erasure(kept, now); !ended) return tl::unexpected(ended.error());
  if (auto ended = finish_pruning(kept); !ended) return tl::unexpected(ended.error());
  const auto in_force = find_in_force(kept, now);
  if (!in_force) return tl::unexpected(in_force.error());
  if (auto applied = Applying(kept, keep, *in_force, now).run(); !applied) return tl::unexpected(applied.error());
  if (keep.entries.count() == 0) return sentences;
  auto pruned = prune_log(kept, keep, *in_force, now);
  if (!pruned) return tl::unexpected(pruned.error());
  if (!pruned->empty()) sentences.push_back(std::move(*pruned));
  return sentences;
}

}  // namespace tally::pipeline
