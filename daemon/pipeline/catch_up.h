// Catching up: the store may lag behind the log (a crash between the two), never the other way round.
#pragma once

#include <string>

#include "daemon/recorder/recorder.h"
#include "daemon/store/store.h"
#include "policy/base/result.h"

namespace tally::pipeline {

/// Projects what the log has and the store has not. Publishes first, so that all of it can be read.
/// Kind `corrupt` when the store knows more than the log: then one of them is not what was written.
base::Result<void> catch_up(store::Store& store, recorder::Recorder& recorder, const std::string& state);

/// Projects the published entries of the log at `state` from the store's next index on.
base::Result<void> project_from_log(store::Store& store, const std::string& state);

}  // namespace tally::pipeline
