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
  VerdictEntries(const Run& run, base::Instant now, const Before& before) : run_(run), now_(now), before_(before) {}

  void add(const Comparison& comparison) {
    const Standing standing = comparison.standing;
    if (standing == Standing::still_open || standing == Standing::still_exempt) return;
    if (standing == Standing::not_rechecked || standing == Standing::exempt_not_rechecked) {
      not_rechecked_[{comparison.note, model::is_exempt(standing)}].push_back(opened_index(comparison));
      return;
    }
    ledger::FindingEvent event{run_.id, {}};
    event.record.finding = comparison.finding;
    event.record.standing = standing;
    event.record.note = comparison.note;
    event.exemption = comparison.exemption;
    event.record.opened_index = opened_index(comparison);
    drafts_.push_back(draft(ledger::encode(event), now_));
  }

  void add(const model::RuleTally& tally, std::span<const model::CannotTell> all) {
    ledger::RuleTallied event{run_.id, tally, {}};
    for (const model::CannotTell& item : all) {
      if (item.rule == tally.rule) event.cannot_tell.push_back(item);
    }
    drafts_.push_back(draft(ledger::encode(event), now_));
  }

  void add(const model::Shadow& shadow) {
    drafts_.push_back(draft(ledger::encode(ledger::ShadowTallied{run_.id, shadow}), now_));
  }

  void add(const evaluation::Followed& leaver) {
    const std::uint64_t first = leaver.known ? before_.leavers_recorded[*leaver.known] : 0;
    drafts_.push_back(draft(ledger::encode(ledger::LeaverFollowed{run_.id, first, leaver.revocation}), now_));
  }

  void add(const ledger::RunFinished& event) { drafts_.push_back(draft(ledger::encode(event), now_)); }

  void close_not_rechecked() {
    for (const auto& [why, opened] : not_rechecked_) {
      for (std::size_t at = 0; at < opened.size(); at += ledger::kMaxNotRechecked) {
        const std::size_t end = std::min(opened.size(), at + ledger::kMaxNotRechecked);
        drafts_.push_back(draft(
            ledger::encode(ledger::FindingsNotRechecked{
                run_.id,
                why.first,
                {opened.begin() + static_cast<std::ptrdiff_t>(at), opened.begin() + static_cast<std::ptrdiff_t>(end)},
                why.second}),
            now_));
      }
    }
  }

  [[nodiscard]] const std::vector<recorder::Draft>& drafts() const { return drafts_; }

 private:
  /// 0 when it was never opened before: then this run does.
  [[nodiscard]] std::uint64_t opened_index(const Comparison& comparison) const {
    const auto found = before_.opened.find(comparison.finding.fingerprint);
    if (found != before_.opened.end()) return found->second;
    TALLY_ASSERT(comparison.standing == Standing::opened || comparison.standing == Standing::exempted);
    return 0;
  }

  const Run& run_;
  base::Instant now_;
  const Before& before_;
  /// By the note, and whether they stay exempt.
  std::map<std::pair<std::string, bool>, std::vector<std::uint64_t>> not_rechecked_;
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
    summary.reopened += comparison.standing == Standing::reopened;
    summary.resolved += comparison.standing == Standing::resolved;
    summary.exempt += model::is_exempt(comparison.standing);
    const bool open = comparison.standing != Standing::resolved && !model::is_exempt(comparison.standing);
    if (open) ++summary.open[static_cast<int>(comparison.finding.severity)];
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
  VerdictEntries entries(run, now, judged.before);
  for (const Comparison& comparison : judged.comparisons) entries.add(comparison);
  entries.close_not_rechecked();
  for (const evaluation::Followed& leaver : judged.leavers) entries.add(leaver);
  for (const model::RuleTally& tally : judged.verdict.tallies) entries.add(tally, judged.verdict.cannot_tell);
  for (const model::Shadow& shadow : judged.verdict.shadow) entries.add(shadow);
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

}  // namespace tally::pipeline
