// How new what a run saw is: an export that is read today says what was true when it was made.
//
//   looked_at(snapshot.sources, snapshot.as_of);
#pragma once

#include <algorithm>
#include <span>

#include "policy/model/source.h"

namespace tally::model {

/// What the source says is no older than this.
inline base::Instant told_at(const SourceRecord& source) {
  return source.produced ? std::min(*source.produced, source.started) : source.started;
}

/// What the directories say is no older than this, which is never later than the moment of the run.
inline base::Instant looked_at(std::span<const SourceRecord> sources, base::Instant as_of) {
  for (const SourceRecord& source : sources) {
    if (source.kind == SourceKind::directory) as_of = std::min(as_of, told_at(source));
  }
  return as_of;
}

}  // namespace tally::model
