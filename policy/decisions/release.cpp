#include <fmt/format.h>

#include <algorithm>

#include "policy/decisions/decisions.h"

namespace tally::decisions {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::FeedRelease;
using model::Gap;
using model::RequestState;

/// What people can know better than the brake: that so many did leave. That a file ends in mid-record they cannot.
bool is_the_brake(Gap::Kind kind) { return kind == Gap::Kind::envelope; }

/// Says nothing about whether the records are all there.
bool is_about_values(Gap::Kind kind) { return kind == Gap::Kind::rejected || kind == Gap::Kind::missing_column; }

/// Doubtful, or an earlier feed stands in for it since.
bool is_held_back(const model::SourceRecord& seen) {
  return seen.coverage.state == model::CoverageState::doubtful || seen.in_force_since.has_value();
}

/// That an earlier feed stands in says nothing about this one.
bool is_stand_in(const model::SourceRecord& seen, Gap::Kind kind) {
  return seen.in_force_since.has_value() && kind == Gap::Kind::stale;
}

}  // namespace

Result<void> may_request_release(const model::Decisions& decisions, const model::SourceRecord& seen,
                                 std::string_view newest_run) {
  const auto& gaps = seen.coverage.gaps;
  const bool braked = is_held_back(seen) &&
                      std::any_of(gaps.begin(), gaps.end(), [](const Gap& gap) { return is_the_brake(gap.kind); });
  if (!braked) {
    return failure(ErrorKind::conflict,
                   fmt::format("{} was not held back by the feed brake in {}: it was {} ({})", seen.name, newest_run,
                               to_string(seen.coverage.state), seen.coverage.in_words()));
  }
  for (const Gap& gap : gaps) {
    if (is_the_brake(gap.kind) || is_about_values(gap.kind) || is_stand_in(seen, gap.kind)) continue;
    return failure(ErrorKind::conflict,
                   fmt::format("{} was not read to its end in {} ({}): nobody can release what was not seen", seen.name,
                               newest_run, gap.sentence));
  }
  for (const FeedRelease& one : decisions.releases) {
    if (one.source != seen.name || one.run != newest_run) continue;
    return failure(
        ErrorKind::conflict,
        one.state == RequestState::pending
            ? fmt::format("release {} of {} is asked for already and waits for somebody else's approval", one.number,
                          seen.name)
            : fmt::format("release {} of {} is approved already: the next audit takes it up", one.number, seen.name));
  }
  return {};
}

Result<const FeedRelease*> may_approve_release(const model::Decisions& decisions, std::uint64_t number,
                                               const model::Author& author, std::string_view newest_run) {
  const auto found = std::find_if(decisions.releases.begin(), decisions.releases.end(),
                                  [&](const FeedRelease& one) { return one.number == number; });
  if (found == decisions.releases.end()) {
    return failure(ErrorKind::not_found,
                   fmt::format("no release has the number {}: `tallystick feed list` has them", number));
  }
  if (found->state != RequestState::pending) {
    return failure(ErrorKind::conflict,
                   fmt::format("release {} was approved by {} at {}", number, model::name_of(found->approved_by),
                               base::format_instant(found->approved)));
  }
  if (model::same_person(found->asked_by, author)) {
    return failure(ErrorKind::denied, fmt::format("release {} was asked for by {}: somebody else has to approve it",
                                                  number, model::name_of(found->asked_by)));
  }
  if (found->run != newest_run) {
    return failure(ErrorKind::conflict,
                   fmt::format("release {} is about {} as {} read it, and {} has read it since: ask again if it is "
                               "held back still",
                               number, found->source, found->run, newest_run));
  }
  return &*found;
}

}  // namespace tally::decisions
