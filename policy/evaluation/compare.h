// compare(): what became of the findings that were open, and what is new.
//
//   for (const Comparison& c : compare(open_before, inputs, evaluated)) print(to_string(c.standing), c.note);
//
// A finding is resolved only by seeing: the rule was asked again and answered clear, or its subject is gone from a
// source that was completely seen. Not seen, not asked, not configured: it stays open as not_rechecked, and the note
// says why.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/model/run_report.h"

namespace tally::evaluation {

struct Comparison {
  model::Finding finding;  ///< this run's, or the earlier one when this run has none
  model::Standing standing = model::Standing::opened;
  std::string note;  ///< empty for opened and still_open; else what changed, why not re-checked, or how resolved
};

/// One entry for every finding of either run, in the order of Verdict::findings. `open_before` has each fingerprint
/// once.
std::vector<Comparison> compare(std::span<const model::Finding> open_before, const Inputs& inputs,
                                const Evaluated& evaluated);

}  // namespace tally::evaluation
