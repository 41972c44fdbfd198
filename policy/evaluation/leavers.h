// Leavers: what became of everybody's access who left, beside what the runs before saw of them.
//
//   for (const Followed& f : follow_leavers(inputs, known, run_before)) record(f.revocation);
//
// Followed is who HR says left within the last Revocation::kFollowedFor, and whoever left and still has an account that
// works. The others left too long ago to say whose delay it was. Independent of the rules: a company that switches off
// every rule about leavers keeps its measures.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/model/revocation.h"

namespace tally::evaluation {

struct Followed {
  model::Revocation revocation;
  std::optional<std::size_t> known;  ///< which of the known ones it goes on from; nothing: it is new
};

/// What is new or has changed; what stayed as it was is not among it. `known`: what was recorded of leavings that are
/// not over, or were not longer than that ago; of one person the newest counts. `run_before`: as-of time of the
/// finished run before. In the order of the people.
std::vector<Followed> follow_leavers(const Inputs& inputs, std::span<const model::Revocation> known,
                                     std::optional<base::Instant> run_before);

}  // namespace tally::evaluation
