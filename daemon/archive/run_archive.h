// Run archive: everything that a verdict depended on, kept so that the run can be asked again.
//
//   auto digest = keep(folder, snapshot, circumstances);            // …/run-12.tsa
//   auto kept = open_kept_run(folder, "run-12");                    // snapshot and circumstances, as they were
//
// The digest goes into the run's last entry in the log: a file that was changed since does not have it. What is here is
// personal data as it was read. Not the evidence itself: findings, and what was told, are in the log.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/correlation/history.h"
#include "policy/evaluation/envelope.h"
#include "policy/model/decision.h"
#include "policy/model/snapshot.h"
#include "policy/rules/pack.h"

namespace tally::archive {

/// What a verdict depends on beside what was seen.
struct Circumstances {
  std::string run;
  std::string tool_version;
  std::string config_file, config_text;  ///< passwords are never in it
  std::vector<rules::PackText> packs;    ///< in their order, the shipped ones included
  evaluation::Previous previous;
  std::vector<model::LinkDecision> decisions;
  std::vector<model::Exemption> exemptions;
  std::vector<model::AcknowledgedFinding> acknowledged;
  std::optional<correlation::PreviousLinks> links;  ///< what earlier runs linked
};

struct KeptRun {
  Circumstances circumstances;
  model::Snapshot snapshot;
  base::Digest digest;  ///< of the content as it is now
};

/// "<folder>/<run>.tsa".
std::string archive_path(const std::string& folder, std::string_view run);

/// Makes the folder (0700) when it is missing. Kinds io and denied.
base::Result<base::Digest> keep(const std::string& folder, const model::Snapshot& snapshot,
                                const Circumstances& circumstances);
/// Kind `not_found` when the run is not kept; `corrupt` when the file is not what keep() wrote.
base::Result<KeptRun> open_kept_run(const std::string& folder, std::string_view run);
/// The same from bytes already unpacked; every id in it is checked.
base::Result<KeptRun> decode(std::string_view bytes);

/// Identifiers of the runs that are kept, oldest first.
std::vector<std::string> kept_runs(const std::string& folder);
/// Removes all but the newest `count` and those that `needed` names. Kind io.
base::Result<void> prune(const std::string& folder, std::size_t count, const std::set<std::string>& needed = {});

}  // namespace tally::archive
