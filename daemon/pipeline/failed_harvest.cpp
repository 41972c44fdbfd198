#include "daemon/pipeline/failed_harvest.h"

#include <exception>
#include <utility>

namespace tally::pipeline {

model::Harvest failed_harvest(const connectors::Source& source, base::Instant began, base::Instant now,
                              model::Gap::Kind kind, std::string sentence) {
  model::Harvest out;
  out.source.name = source.name();
  out.source.kind = source.kind();
  out.source.started = began;
  out.source.finished = now;
  out.source.coverage.lower(model::CoverageState::failed, kind, std::move(sentence));
  return out;
}

model::Harvest harvest_or_failure(const connectors::Source& source, const std::function<base::Instant()>& clock,
                                  const std::function<model::Harvest()>& read) {
  const base::Instant began = clock();
  try {
    return read();
  } catch (const std::exception& trouble) {
    return failed_harvest(source, began, clock(), model::Gap::Kind::unreachable,
                          std::string("the collection was given up: ") + trouble.what());
  }
}

}  // namespace tally::pipeline
