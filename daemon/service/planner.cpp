#include "daemon/service/planner.h"

#include <algorithm>

namespace tally::service {
namespace {

/// All of them, or all but the newest.
pipeline::DueTimes without_newest(pipeline::DueTimes due) {
  due.newest.pop_back();
  if (--due.count > 0) due.last = due.newest.back();
  return due;
}

std::string reason(Planner::Situation situation) {
  switch (situation) {
    case Planner::Situation::starting: return "the service was not running";
    case Planner::Situation::busy: return "the audit before was still running";
    case Planner::Situation::idle: break;
  }
  return "the machine was asleep, or its clock was set forward";
}

}  // namespace

Planner::Verdict Planner::look(base::Instant now, Situation situation) {
  Verdict verdict;
  verdict.clock_set_back = known_until_ && now < *known_until_;
  const base::Instant from = known_until_ && !verdict.clock_set_back ? *known_until_ : now;
  known_until_ = now;
  pipeline::DueTimes due = pipeline::due_times(schedule_, from, now);
  if (due.count == 0) return verdict;
  verdict.due = due.last;
  verdict.why = reason(situation);
  const bool punctual = situation != Situation::busy && now - due.last <= kPunctual;
  verdict.missed = punctual ? without_newest(std::move(due)) : std::move(due);
  verdict.late = !punctual;
  verdict.run = punctual || (catch_up_ && situation != Situation::busy);
  return verdict;
}

std::optional<base::Instant> Planner::next(base::Instant now) const {
  return pipeline::next_due(schedule_, known_until_ ? std::min(*known_until_, now) : now);
}

void Planner::change(pipeline::Schedule schedule, bool catch_up) {
  schedule_ = std::move(schedule);
  catch_up_ = catch_up;
}

}  // namespace tally::service
