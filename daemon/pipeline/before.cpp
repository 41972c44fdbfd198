#include "daemon/pipeline/before.h"

#include "daemon/archive/links_archive.h"
#include "daemon/pipeline/state_folder.h"
#include "policy/model/looked_at.h"

namespace tally::pipeline {
namespace {

using base::Result;

/// The findings that are not resolved, beside what is known of each.
Result<void> take_findings(store::Store& store, Before& before) {
  const auto resolved = store.resolved_fingerprints();
  if (!resolved) return tl::unexpected(resolved.error());
  for (const auto& [fingerprint, opened] : *resolved) {
    before.opened.emplace(fingerprint, opened);
    before.earlier.resolved.insert(fingerprint);
  }
  auto records = store.unresolved_findings();
  if (!records) return tl::unexpected(records.error());
  for (model::FindingRecord& record : *records) {
    const std::string& fingerprint = record.finding.fingerprint;
    if (fingerprint.empty()) continue;
    before.opened.insert_or_assign(fingerprint, record.opened_index);
    if (record.exemption) {
      auto& numbers = model::is_exempt(record.standing) ? before.earlier.exempt : before.earlier.lapsed;
      numbers.emplace(fingerprint, record.exemption->number);
    }
    if (record.acknowledged) {
      before.acknowledged.push_back({record.finding.rule, record.finding.subject.key, record.acknowledged->at});
    }
    before.findings.push_back(std::move(record.finding));
  }
  return {};
}

/// Who left, and what the newest run saw of them.
Result<void> take_leavers(store::Store& store, const Audit& audit, Before& before) {
  const auto newest = store.last_summary();
  if (!newest) return tl::unexpected(newest.error());
  const auto sources = store.last_sources();
  if (!sources) return tl::unexpected(sources.error());
  if (*newest) before.looked = model::looked_at(*sources, (*newest)->as_of);
  if (audit.as_of) {
    const auto latest = store.latest_as_of();
    if (!latest) return tl::unexpected(latest.error());
    before.not_before = *latest;
  }
  const base::Instant now = audit.as_of.value_or(audit.clock());
  auto followed = store.followed_leavers(now - model::Revocation::kFollowedFor);
  if (!followed) return tl::unexpected(followed.error());
  for (auto& one : *followed) {
    before.leavers.push_back(std::move(one.revocation));
    before.leavers_recorded.push_back(one.first);
  }
  return {};
}

/// What facts about sources and the run compare with.
Result<void> take_earlier_runs(store::Store& store, evaluation::Previous& previous) {
  auto earlier = store.earlier_runs();
  if (!earlier) return tl::unexpected(earlier.error());
  previous.runs = {earlier->last_finished, earlier->missed, earlier->abandoned};
  for (auto& [source, record] : earlier->last_good) previous.last_good_record.emplace(source, std::move(record));
  for (const auto& [source, contents] : earlier->contents) {
    for (const auto& one : contents) previous.contents[source].push_back({one.content, one.read});
  }
  return {};
}

}  // namespace

Result<Before> known_before(Audit& audit) {
  const auto kept = audit.keeping.lock();
  Before before;
  if (auto taken = take_findings(kept->store, before); !taken) return tl::unexpected(taken.error());
  if (auto taken = take_leavers(kept->store, audit, before); !taken) return tl::unexpected(taken.error());
  auto last_good = kept->store.last_good();
  if (!last_good) return tl::unexpected(last_good.error());
  before.last_good = std::move(*last_good);
  const auto measures = kept->store.last_good_or_released();
  if (!measures) return tl::unexpected(measures.error());
  for (const auto& [source, good] : *measures) {
    before.populations.last_good[source] = good.population;
    if (!good.segments.empty()) before.populations.segments[source] = good.segments;
  }
  if (auto taken = take_earlier_runs(kept->store, before.populations); !taken) return tl::unexpected(taken.error());
  const auto decisions = kept->store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  before.exemptions = model::exemptions_in_force(*decisions);
  before.decisions = model::links_in_force(*decisions);
  // Damaged or out of reach, it is as if no run had been before this one: what it would tell is unknown then.
  if (auto links = archive::open_links(snapshots_path(kept->state)); links) before.links = std::move(*links);
  return before;
}

}  // namespace tally::pipeline
