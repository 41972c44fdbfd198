// Keeping what a verdict depends on, so that `tallystick replay` and `tallystick policy try` can ask again.
//
//   auto inputs = keep_inputs(audit, run.id, snapshot, before);              // both write beside the evaluation
//   auto identifiers = keep_identifiers(audit, snapshot, links, before, inputs);
//   const base::Result<std::string> digest = inputs.get();
#pragma once

#include <future>
#include <string>
#include <string_view>

#include "daemon/pipeline/record.h"

namespace tally::pipeline {

/// The digest of the kept inputs in hexadecimal digits; "" when none are to be kept. Older ones are removed first, so
/// that there is room. The references outlive the future.
std::shared_future<base::Result<std::string>> keep_inputs(const Audit& audit, std::string_view run,
                                                          const model::Snapshot& snapshot, const Before& before);

/// Adds who has which identifier now to what earlier runs saw, for the runs after this one; none is kept when no inputs
/// are. Once `inputs` are kept: whoever keeps those clears the folder of what was left half written. The references
/// outlive the future.
std::future<base::Result<void>> keep_identifiers(const Audit& audit, const model::Snapshot& snapshot,
                                                 const correlation::Correlation& links, const Before& before,
                                                 std::shared_future<base::Result<std::string>> inputs);

}  // namespace tally::pipeline
