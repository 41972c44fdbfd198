#include "connectors/age.h"

#include <fmt/format.h>

namespace tally::connectors {

void judge_age(model::SourceRecord& source, base::Instant now, std::chrono::milliseconds max_age) {
  if (!source.produced || max_age.count() == 0 || source.coverage.state == model::CoverageState::failed) return;
  const base::Duration age = now - *source.produced;
  if (age <= max_age) return;
  source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::stale,
                        fmt::format("the data are {} old (of {}); max_age is {}", base::format_duration(age),
                                    base::format_instant(*source.produced), base::format_duration(max_age)));
}

}  // namespace tally::connectors
