// A source that gave nothing: what stands in its place, so that nobody takes silence for "nothing there".
//
//   model::Harvest harvest = harvest_or_failure(source, clock, [&] { return source.collect(collection); });
#pragma once

#include <functional>
#include <string>

#include "connectors/source.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// Nothing, with coverage failed for this reason.
model::Harvest failed_harvest(const connectors::Source& source, base::Instant began, base::Instant now,
                              model::Gap::Kind kind, std::string sentence);

/// What `read` gives. When it throws (memory ran out, a thread could not be started), nothing of it is handed on: in a
/// thread of its own an exception would end the process, and with it whatever else it is doing.
model::Harvest harvest_or_failure(const connectors::Source& source, const std::function<base::Instant()>& clock,
                                  const std::function<model::Harvest()>& read);

}  // namespace tally::pipeline
