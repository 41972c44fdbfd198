// Age: data that were produced too long ago are not believed.
//
//   judge_age(source, now, options.max_age);   // "the data are 400 d old (of …); max_age is 180 d"
//
// Not the age of a finding, and nothing for a live directory, which tells of now.
#pragma once

#include <chrono>

#include "policy/base/time.h"
#include "policy/model/source.h"

namespace tally::connectors {

/// Lowers the coverage to doubtful, with Gap::stale and the age, when `source.produced` lies more than `max_age` before
/// `now`. Zero: nothing is too old. Absent `produced`: nothing to judge.
void judge_age(model::SourceRecord& source, base::Instant now, std::chrono::milliseconds max_age);

}  // namespace tally::connectors
