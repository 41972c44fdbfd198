// Collecting: every source in a thread of its own, so that a slow directory does not hold up the others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/pipeline/audit_run.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// One harvest a source, in the order of the sources, whatever happened to them. Ends when the slowest source's own
/// deadlines end it.
std::vector<model::Harvest> collect(const Audit& audit);

/// "read corp-ad: 12345 records, complete", for whoever waits.
std::string in_words(const model::SourceRecord& source);
/// Tells whoever waits what happens now.
void stage(const Audit& audit, std::string_view name);

}  // namespace tally::pipeline
