#include "daemon/pipeline/in_force.h"

#include <utility>

#include "daemon/pipeline/traces.h"
#include "policy/model/revocation.h"

namespace tally::pipeline {
namespace {

using base::Result;

Result<void> keep_findings(Kept& kept, InForce& in_force) {
  const auto open = kept.store.unresolved_findings();
  if (!open) return tl::unexpected(open.error());
  for (const model::FindingRecord& one : *open) {
    in_force.entries.insert({one.opened_index, one.log_index});
    if (one.acknowledged) in_force.entries.insert(one.acknowledged->log_index);
  }
  return {};
}

Result<void> keep_leavers(Kept& kept, base::Instant now, InForce& in_force) {
  const auto followed = kept.store.followed_leavers(now - model::Revocation::kFollowedFor);
  if (!followed) return tl::unexpected(followed.error());
  for (const auto& one : *followed) {
    auto handle = kept.recorder.handle_of(one.revocation.key);
    if (!handle) return tl::unexpected(handle.error());
    if (*handle) in_force.handles.insert(std::move(**handle));
  }
  return {};
}

Result<void> keep_decisions(Kept& kept, base::Instant now, InForce& in_force) {
  const auto decisions = kept.store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  for (const model::ExemptionCase& one : decisions->exemptions) {
    const bool over = one.exemption.until <= now || one.state == model::RequestState::refused ||
                      one.state == model::RequestState::withdrawn;
    if (!over) in_force.entries.insert({one.exemption.number, one.exemption.log_index});
  }
  for (const model::LinkDecision& one : model::links_in_force(*decisions)) in_force.entries.insert(one.log_index);
  for (const model::Hold& one : decisions->holds) {
    if (!one.holds(now)) continue;
    in_force.entries.insert(one.number);
    const auto held = find_traces(kept, one.subject_key);
    if (!held) return tl::unexpected(held.error());
    in_force.handles.insert(held->handles.begin(), held->handles.end());
    in_force.entries.insert(held->entries.begin(), held->entries.end());
  }
  return {};
}

Result<void> keep_runs(Kept& kept, InForce& in_force) {
  const auto newest = kept.store.last_run();
  if (!newest) return tl::unexpected(newest.error());
  in_force.runs.insert(*newest);
  for (const auto& good : {kept.store.last_good(), kept.store.last_good_or_released()}) {
    if (!good) return tl::unexpected(good.error());
    for (const auto& [source, one] : *good) in_force.runs.insert(one.run);
  }
  return {};
}

}  // namespace

Result<InForce> find_in_force(Kept& kept, base::Instant now) {
  InForce in_force;
  if (auto done = keep_findings(kept, in_force); !done) return tl::unexpected(done.error());
  if (auto done = keep_leavers(kept, now, in_force); !done) return tl::unexpected(done.error());
  if (auto done = keep_decisions(kept, now, in_force); !done) return tl::unexpected(done.error());
  if (auto done = keep_runs(kept, in_force); !done) return tl::unexpected(done.error());
  return in_force;
}

}  // namespace tally::pipeline
