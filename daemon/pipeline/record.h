// Recording: what a run saw and decided, into the log first and into the store after, never the other way round.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "daemon/pipeline/audit_run.h"
#include "daemon/pipeline/before.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/leavers.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// A run that has begun: its entry is durable before anything is read.
struct Run {
  std::string id;  ///< "run-<index of its first entry>": unique in the log
  base::Instant started;
};

/// What a run came to. References outlive the call.
struct Judged {
  const model::Snapshot& snapshot;
  const model::Verdict& verdict;
  std::span<const evaluation::Comparison> comparisons;
  std::span<const evaluation::Followed> leavers;
  const Before& before;
  std::string snapshot_digest;  ///< of the kept inputs; empty: none are kept
};

base::Result<Run> begin_run(Audit& audit);
base::Result<void> record_sources(Audit& audit, const Run& run, std::span<const model::Harvest> harvests);
/// Findings and leavers' access that came, changed or went, the count of every rule, and the manifest, as one durable
/// batch.
base::Result<void> record_verdict(Audit& audit, const Run& run, const Judged& judged);
/// Publishes the checkpoint and gives the run as the store tells it.
base::Result<model::RunReport> finished_report(Audit& audit);

}  // namespace tally::pipeline
