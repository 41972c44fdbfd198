// One audit, end to end: collect, correlate, evaluate, record, project. audit_run.cpp tells the whole story.
//
//   Audit audit{.sources = sources, .rules = *rules, .correlation = settings, .keeping = keeping, …};
//   base::Result<model::RunReport> report = audit_run(audit);
//
// Trouble with a source is not an error: the run goes on with less coverage and says so. An error means that the log
// or the store could not be written, or that the run was stopped: nothing then may be told. The run is then recorded as
// abandoned, now or before the next one begins; unless the log had already taken its end, which stands.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/source.h"
#include "daemon/pipeline/keeping.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/correlation/correlation.h"
#include "policy/decisions/retention.h"
#include "policy/model/run_report.h"
#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::pipeline {

/// What happens while an audit runs, for whoever is waiting. Called from the threads that collect, one at a time.
struct Progress {
  std::function<void(const std::string& source, std::uint64_t records)> reading;
  std::function<void(const model::SourceRecord& source)> read;
  /// What retention did to the log, or what keeps it from that.
  std::function<void(const std::string& sentence)> retained = {};
  std::function<void(std::string_view stage)> stage;  ///< "correlating", "evaluating", "recording"
};

/// Everything one audit needs. References outlive the call.
struct Audit {
  std::span<const std::unique_ptr<connectors::Source>> sources;
  const rules::RuleSet& rules;
  const correlation::Settings& correlation;
  Keeping& keeping;  ///< locked for moments only: others may record while this one reads
  std::function<base::Instant()> clock;
  std::optional<base::Instant> as_of;  ///< judge as of this moment; absent: when collecting ended
  std::string trigger = "command line";
  std::string asked_by = {};  ///< login of who asked for it, when somebody else runs it; personal
  std::string organisation;
  base::Digest config_digest;
  std::string config_file = {}, config_text = {};  ///< as written, kept beside the snapshot
  std::span<const rules::PackText> packs = {};     ///< what `rules` was made from
  std::size_t keep_snapshots = 0;                  ///< of so many of the newest runs the inputs are kept
  std::stop_token stop = {};                       ///< asks the run to end soon; it is then abandoned
  Progress progress;
  decisions::Retention retention = {};  ///< applied before anything is read
};

/// Kind `unavailable` when it was stopped; otherwise kinds as recorder::Recorder and store::Store have them.
base::Result<model::RunReport> audit_run(Audit& audit);

}  // namespace tally::pipeline
