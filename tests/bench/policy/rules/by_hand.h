// The shipped rules in force as a plain loop: what somebody would write who needs them once, in C++, over the same
// snapshot, owners and access.
//
//   std::vector<Answers> answers = by_hand(inputs);
//
// Three-valued like the rules, so that it comes to the same answers. It knows no parameters but the defaults, no
// reasons for "cannot tell", no severities, evidence or findings, and that no source is quarantined and no row of HR
// contradicts itself. Rules about sources are not here: there are as many rows as sources.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/evaluation/evaluate.h"

namespace tally::bench {

struct Answers {
  std::string_view rule;
  std::vector<model::Outcome> of;  ///< by row
  std::uint64_t clear = 0, violations = 0, cannot_tell = 0;
};

std::vector<Answers> by_hand(const evaluation::Inputs& inputs);

}  // namespace tally::bench
