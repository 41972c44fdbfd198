// compare(): what became of the findings that were open, and what is new.
//
//   for (const Comparison& c : compare(open_before, inputs, evaluated)) print(to_string(c.standing), c.note);
//
// A finding is resolved only by seeing: the rule was asked again and answered clear, or its subject is gone from a
// source that was completely seen. Not seen, not asked, not configured: it stays open as not_rechecked, and the note
// says why. A finding that comes back, from fixed or from an exemption, is reopened, never new.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/model/run_report.h"

namespace tally::evaluation {

struct Comparison {
  model::Finding finding;  ///< this run's, or the earlier one when this run has none
  model::Standing standing = model::Standing::opened;
  std::string
      note;  ///< empty for opened and still_open; else what changed, why not re-checked, how resolved or reopened
  std::uint64_t exemption = 0;  ///< number of the one that covers it now; 0: none
};

/// What else is known of earlier findings, by fingerprint.
struct Earlier {
  std::unordered_map<std::string, std::uint64_t> exempt;  ///< of those given as open: the number of their exemption
  std::unordered_map<std::string, std::uint64_t> lapsed;  ///< the same, ended before the finding could be re-checked
  std::unordered_set<std::string> resolved;               ///< once found and fixed since
};

/// One entry for every finding of either run, exempt ones included, in the order of Verdict::findings. `open_before`,
/// everything that is not resolved, has each fingerprint once.
std::vector<Comparison> compare(std::span<const model::Finding> open_before, const Inputs& inputs,
                                const Evaluated& evaluated, const Earlier& earlier = {});

}  // namespace tally::evaluation
