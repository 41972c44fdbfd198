#include "daemon/pipeline/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/ledger/event.h"
#include "daemon/pipeline/version.h"
#include "policy/base/assert.h"

namespace tally::pipeline {
namespace {

using base::Result;
using evaluation::Comparison;
using model::Standing;

recorder::Draft draft(ledger::EventText text, base::Instant time) {
  return {std::move(text.type), time, std::move(text.fields), std::move(text.personal), std::move(text.subject_key)};
}

/// The log first; only what it acknowledged reaches the store.
Result<void> record(Audit& audit, const std::vector<recorder::Draft>& drafts) {
  if (auto receipt = audit.keeping.lock()->record(drafts); !receipt) return tl::unexpected(receipt.error());
  return {};
}

class VerdictEntries {
 public:
  VerdictEntries(const Run& run, base::Instant now, std::span<const model::FindingRecord> open_before)
      : run_(run), now_(now) {
    for (const model::FindingRecord& record : open_before) opened_[record.finding.fingerprint] = record.opened_index;
  }

  void add(const Comparison& comparison) {
    if (comparison.standing == Standing::still_open) return;
    if (comparison.standing == Standing::not_rechecked) {
      not_rechecked_[comparison.note].push_back(opened_index(comparison));
      return;
    }
    ledger::FindingEvent event{run_.id, {}};
    event.record.finding = comparison.finding;
    event.record.standing = comparison.standing;
    event.record.note = comparison.note;
    if (comparison.standing != Standing::opened) event.record.opened_index = opened_index(comparison);
    drafts_.push_back(draft(ledger::encode(event), now_));
  }

  void add(const model::RuleTally& tally, std::span<const model::CannotTell> all) {
    ledger::RuleTallied event{run_.id, tally, {}};
    for (const model::CannotTell& item : all) {
      if (item.rule == tally.rule) event.cannot_tell.push_back(item);
    }
    drafts_.push_back(draft(ledger::encode(event), now_));
  }

  void add(const ledger::RunFinished& event) { drafts_.push_back(draft(ledger::encode(event), now_)); }

  void close_not_rechecked() {
    for (const auto& [note, opened] : not_rechecked_) {
      for (std::size_t at = 0; at < opened.size(); at += ledger::kMaxNotRechecked) {
        const std::size_t end = std::min(opened.size(), at + ledger::kMaxNotRechecked);
        drafts_.push_back(draft(
            ledger::encode(ledger::FindingsNotRechecked{
                run_.id,
                note,
                {opened.begin() + static_cast<std::ptrdiff_t>(at), opened.begin() + static_cast<std::ptrdiff_t>(end)}}),
            now_));
      }
    }
  }

  [[nodiscard]] const std::vector<recorder::Draft>& drafts() const { return drafts_; }

 private:
  [[nodiscard]] std::uint64_t opened_index(const Comparison& comparison) const {
    const auto found = opened_.find(comparison.finding.fingerprint);
    TALLY_ASSERT(found != opened_.end());
    return found->second;
  }

  const Run& run_;
  base::Instant now_;
  std::map<std::string, std::uint64_t> opened_;                      ///< by fingerprint
  std::map<std::string, std::vector<std::uint64_t>> not_rechecked_;  ///< by note
  std::vector<recorder::Draft> drafts_;
};

model::RunSummary summarise(const Run& run, base::Instant now, const model::Snapshot& snapshot,
                            const model::Verdict& verdict, std::span<const Comparison> comparisons) {
  model::RunSummary summary;
  summary.run = run.id;
  summary.started = run.started;
  summary.finished = now;
  summary.as_of = verdict.as_of;
  summary.people = snapshot.people.size();
  summary.accounts = snapshot.accounts.size();
  for (const Comparison& comparison : comparisons) {
    summary.opened += comparison.standing == Standing::opened;
    summary.resolved += comparison.standing == Standing::resolved;
    if (comparison.standing != Standing::resolved) ++summary.open[static_cast<int>(comparison.finding.severity)];
  }
  for (const model::RuleTally& tally : verdict.tallies) summary.cannot_tell += tally.cannot_tell;
  const bool all_seen = std::all_of(
      snapshot.sources.begin(), snapshot.sources.end(),
      [](const model::SourceRecord& source) { return source.coverage.state == model::CoverageState::complete; });
  const bool ties_out = std::all_of(verdict.populations.begin(), verdict.populations.end(),
                                    [](const model::Population& population) { return population.ties_out(); });
  summary.complete = all_seen && ties_out && summary.cannot_tell == 0;
  return summary;
}

}  // namespace

Result<Before> known_before(Audit& audit) {
  const auto kept = audit.keeping.lock();
  const auto abandoned = abandon_unfinished(*kept, "it failed, and its end could not be recorded then", audit.clock());
  if (!abandoned) return tl::unexpected(abandoned.error());
  auto open = kept->store.open_findings();
  if (!open) return tl::unexpected(open.error());
  auto last_good = kept->store.last_good();
  if (!last_good) return tl::unexpected(last_good.error());
  Before before{std::move(*open), {}, std::move(*last_good)};
  for (const auto& [source, good] : before.last_good) {
    before.populations.last_good[source] = good.population;
    if (!good.segments.empty()) before.populations.segments[source] = good.segments;
  }
  return before;
}

Result<Run> begin_run(Audit& audit) {
  // Its number is the index of its first entry, so the log must not grow in between.
  const auto kept = audit.keeping.lock();
  const Run run{fmt::format("run-{}", kept->recorder.size()), audit.clock()};
  const ledger::RunStarted event{run.id,
                                 audit.trigger,
                                 run.started,
                                 std::string(version()),
                                 audit.config_digest.hex(),
                                 audit.rules.digest().hex(),
                                 audit.organisation,
                                 audit.asked_by};
  const recorder::Draft first = draft(ledger::encode(event), run.started);
  if (auto recorded = kept->record({&first, 1}); !recorded) return tl::unexpected(recorded.error());
  return run;
}

Result<void> record_sources(Audit& audit, const Run& run, std::span<const model::Harvest> harvests) {
  std::vector<recorder::Draft> drafts;
  for (const model::Harvest& harvest : harvests) {
    const ledger::SourceCollected event{run.id, harvest.source, evaluation::record_count(harvest)};
    drafts.push_back(draft(ledger::encode(event), audit.clock()));
  }
  return record(audit, drafts);
}

Result<void> record_verdict(Audit& audit, const Run& run, const Judged& judged) {
  const auto previous_run = audit.keeping.lock()->store.last_run();
  if (!previous_run) return tl::unexpected(previous_run.error());
  const base::Instant now = audit.clock();
  VerdictEntries entries(run, now, judged.open_before);
  for (const Comparison& comparison : judged.comparisons) entries.add(comparison);
  entries.close_not_rechecked();
  for (const model::RuleTally& tally : judged.verdict.tallies) entries.add(tally, judged.verdict.cannot_tell);
  ledger::RunFinished finished;
  finished.summary = summarise(run, now, judged.snapshot, judged.verdict, judged.comparisons);
  finished.previous_run = *previous_run;
  finished.populations = judged.verdict.populations;
  finished.tool_version = version();
  finished.config_digest = audit.config_digest.hex();
  finished.rules_digest = audit.rules.digest().hex();
  finished.verdict_digest = judged.verdict.digest.hex();
  finished.snapshot_digest = judged.snapshot_digest;
  entries.add(finished);
  return record(audit, entries.drafts());
}

Result<model::RunReport> finished_report(Audit& audit) {
  const auto kept = audit.keeping.lock();
  if (auto published = kept->recorder.publish(); !published) return tl::unexpected(published.error());
  auto report = kept->store.report();
  if (!report) return tl::unexpected(report.error());
  TALLY_ASSERT(report->has_value());
  (*report)->log_key = kept->recorder.vkey();
  return std::move(**report);
}

std::vector<model::Finding> findings_of(std::span<const model::FindingRecord> records) {
  std::vector<model::Finding> findings;
  for (const model::FindingRecord& record : records) {
    if (!record.finding.fingerprint.empty()) findings.push_back(record.finding);
  }
  return findings;
}

}  // namespace tally::pipeline
