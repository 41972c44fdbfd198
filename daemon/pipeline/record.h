// Recording: what a run saw and decided, into the log first and into the store after, never the other way round.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "daemon/pipeline/audit_run.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/envelope.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// A run that has begun: its entry is durable before anything is read.
struct Run {
  std::string id;  ///< "run-<index of its first entry>": unique in the log
  base::Instant started;
};

/// What earlier runs left: what is still open, and the populations for the envelope.
struct Before {
  std::vector<model::FindingRecord> open;
  evaluation::Previous populations;
  std::map<std::string, store::Store::LastGood> last_good;  ///< by source: the run whose records may have to stand in
};

/// What a run came to. References outlive the call.
struct Judged {
  const model::Snapshot& snapshot;
  const model::Verdict& verdict;
  std::span<const evaluation::Comparison> comparisons;
  std::span<const model::FindingRecord> open_before;
  std::string snapshot_digest;  ///< of the kept inputs; empty: none are kept
};

/// Brings the store up to the log first. A run whose end could not be recorded when it failed gets it here.
base::Result<Before> known_before(Audit& audit);
base::Result<Run> begin_run(Audit& audit);
base::Result<void> record_sources(Audit& audit, const Run& run, std::span<const model::Harvest> harvests);
/// Findings that came, changed or went, the count of every rule, and the manifest, as one durable batch.
base::Result<void> record_verdict(Audit& audit, const Run& run, const Judged& judged);
/// Publishes the checkpoint and gives the run as the store tells it.
base::Result<model::RunReport> finished_report(Audit& audit);

/// The findings that can be compared: those whose personal data were erased cannot.
std::vector<model::Finding> findings_of(std::span<const model::FindingRecord> records);

}  // namespace tally::pipeline
