// Before: what earlier runs and people's decisions left that a run has to take up.
//
//   auto before = known_before(audit);
//   evaluation::compare(before->findings, inputs, evaluated, before->earlier);
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/pipeline/audit_run.h"
#include "policy/correlation/history.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/envelope.h"
#include "policy/evaluation/leavers.h"

namespace tally::pipeline {

struct Before {
  /// Open or exempt, as far as they can be compared: those whose personal data were erased cannot.
  std::vector<model::Finding> findings;
  evaluation::Earlier earlier;
  /// By fingerprint the entry that opened it; of resolved ones too.
  std::unordered_map<std::string, std::uint64_t> opened;
  std::vector<model::Revocation> leavers;           ///< who left and is followed, oldest first
  std::vector<std::uint64_t> leavers_recorded;      ///< of each the first entry about it
  std::optional<base::Instant> not_before, looked;  ///< as evaluation::FollowedBefore has them

  /// For evaluation::follow_leavers().
  [[nodiscard]] evaluation::FollowedBefore followed() const {
    return {leavers, not_before, looked, links ? &*links : nullptr};
  }
  evaluation::Previous populations;
  std::map<std::string, store::Store::LastGood> last_good;  ///< by source: the run whose records may have to stand in
  std::vector<model::Exemption> exemptions;                 ///< approved and not withdrawn
  std::vector<model::AcknowledgedFinding> acknowledged;     ///< and not resolved
  std::vector<model::LinkDecision> decisions;               ///< not undone
  std::optional<correlation::PreviousLinks> links;          ///< what earlier runs linked, as far as that is kept
};

/// To be asked before this run records what it saw: until then the newest source of each name is of an earlier run.
base::Result<Before> known_before(Audit& audit);

}  // namespace tally::pipeline
