// Leavers: what became of everybody's access who left, beside what the runs before saw of them.
//
//   for (const Followed& f : follow_leavers(inputs, before)) record(f.revocation);
//
// Followed is who HR says left within the last Revocation::kFollowedFor, and whoever left and has an account that
// works. The others left too long ago to say whose delay it was. Independent of the rules: a company that switches off
// every rule about leavers keeps its measures.
//
// Only what was seen counts. An account that was seen to work after the end is followed by itself: access is not gone
// while it works, whatever becomes of its link to the person, and not while its directory is not read.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policy/correlation/history.h"
#include "policy/evaluation/evaluate.h"
#include "policy/model/revocation.h"

namespace tally::evaluation {

struct Followed {
  model::Revocation revocation;
  std::optional<std::size_t> known;  ///< which of the known ones it goes on from; nothing: it is new
};

/// What earlier runs left.
struct FollowedBefore {
  /// Leavings that are not over, or were not longer than kFollowedFor ago, oldest first; of one person the newest
  /// counts.
  std::span<const model::Revocation> known;
  std::optional<base::Instant> not_before;            ///< as of an earlier moment nobody is followed: no news
  std::optional<base::Instant> looked;                ///< how new what the directories of the run before said was
  const correlation::PreviousLinks* links = nullptr;  ///< for when HR said last that somebody works here
};

/// What is new or has changed; what stayed as it was is not among it. By key, then by the end of the employment.
std::vector<Followed> follow_leavers(const Inputs& inputs, const FollowedBefore& before);

}  // namespace tally::evaluation
