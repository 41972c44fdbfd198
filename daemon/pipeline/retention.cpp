#include "daemon/pipeline/retention.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/erasure_plan.h"
#include "daemon/pipeline/log_walk.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/take_away.h"
#include "daemon/pipeline/traces.h"
#include "policy/model/revocation.h"

namespace tally::pipeline {
namespace {

using base::Result;
using decisions::Retention;

/// What stays, however old it is.
struct InForce {
  std::set<std::uint64_t> entries;
  std::set<std::string> handles, runs;
};

/// The index in "run-12": a run is named after its first entry.
std::uint64_t first_entry_of(std::string_view run) {
  std::uint64_t index = 0;
  const std::size_t dash = run.rfind('-');
  if (dash != std::string_view::npos) std::from_chars(run.data() + dash + 1, run.data() + run.size(), index);
  return index;
}

class Applying {
 public:
  Applying(Kept& kept, const Retention& keep, base::Instant now) : kept_(kept), keep_(keep), now_(now) {}

  Result<void> run() {
    for (auto step : {&Applying::keep_findings, &Applying::keep_leavers, &Applying::keep_decisions,
                      &Applying::keep_runs, &Applying::find_entries, &Applying::find_kept_runs}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    if (plan_.entries.empty() && plan_.runs.empty()) return {};
    plan_.by_class = counts_;
    if (auto saved = save(plan_, kept_.state); !saved) return saved;
    if (auto taken = take_away(kept_, plan_, 0, now_, {}); !taken) return tl::unexpected(taken.error());
    return {};
  }

 private:
  Result<void> keep_findings() {
    const auto open = kept_.store.unresolved_findings();
    if (!open) return tl::unexpected(open.error());
    for (const model::FindingRecord& one : *open) {
      in_force_.entries.insert({one.opened_index, one.log_index});
      if (one.acknowledged) in_force_.entries.insert(one.acknowledged->log_index);
    }
    return {};
  }

  Result<void> keep_leavers() {
    const auto followed = kept_.store.followed_leavers(now_ - model::Revocation::kFollowedFor);
    if (!followed) return tl::unexpected(followed.error());
    for (const auto& one : *followed) {
      auto handle = kept_.recorder.handle_of(one.revocation.key);
      if (!handle) return tl::unexpected(handle.error());
      if (*handle) in_force_.handles.insert(std::move(**handle));
    }
    return {};
  }

  Result<void> keep_decisions() {
    const auto decisions = kept_.store.decisions();
    if (!decisions) return tl::unexpected(decisions.error());
    for (const model::ExemptionCase& one : decisions->exemptions) {
      const bool over = one.exemption.until <= now_ || one.state == model::RequestState::refused ||
                        one.state == model::RequestState::withdrawn;
      if (!over) in_force_.entries.insert({one.exemption.number, one.exemption.log_index});
    }
    for (const model::LinkDecision& one : model::links_in_force(*decisions)) in_force_.entries.insert(one.log_index);
    for (const model::Hold& one : decisions->holds) {
      if (!one.holds(now_)) continue;
      in_force_.entries.insert(one.number);
      const auto held = find_traces(kept_, one.subject_key);
      if (!held) return tl::unexpected(held.error());
      in_force_.handles.insert(held->handles.begin(), held->handles.end());
      in_force_.entries.insert(held->entries.begin(), held->entries.end());
    }
    return {};
  }

  Result<void> keep_runs() {
    const auto newest = kept_.store.last_run();
    if (!newest) return tl::unexpected(newest.error());
    in_force_.runs.insert(*newest);
    for (const auto& good : {kept_.store.last_good(), kept_.store.last_good_or_released()}) {
      if (!good) return tl::unexpected(good.error());
      for (const auto& [source, one] : *good) in_force_.runs.insert(one.run);
    }
    return {};
  }

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
      const std::uint64_t index = first_entry_of(run);
      const auto first = reader->read(index, index + 1);
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
  base::Instant now_;
  InForce in_force_;
  ErasurePlan plan_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

Result<void> apply_retention(Kept& kept, const Retention& keep, base::Instant now) {
  if (!keep.any()) return {};
  if (auto current = catch_up(kept.store, kept.recorder, kept.state); !current) return current;
  if (auto published = kept.recorder.publish(); !published) return tl::unexpected(published.error());
  if (auto ended = finish_erasure(kept, now); !ended) return tl::unexpected(ended.error());
  return Applying(kept, keep, now).run();
}

}  // namespace tally::pipeline
