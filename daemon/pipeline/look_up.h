// Looking up: HR is read and every directory is asked at the same time, each in a thread of its own, until a deadline
// that holds even when a source does not keep its own.
//
//   std::vector<model::Harvest> hr = read_hr(question, deadline);
//   std::vector<model::Harvest> accounts = ask_directories(question, keys, deadline);
#pragma once

#include <vector>

#include "connectors/deadline.h"
#include "daemon/pipeline/offboarding_check.h"
#include "policy/model/person_keys.h"
#include "policy/model/snapshot.h"

namespace tally::pipeline {

/// In full, because only so it shows who else could be meant. In the order of the sources.
std::vector<model::Harvest> read_hr(const OffboardingQuestion& question, const connectors::Deadline& deadline);

/// One harvest a directory, in the order of the sources; one that did not answer is failed, timed out.
std::vector<model::Harvest> ask_directories(const OffboardingQuestion& question, const model::PersonKeys& keys,
                                            const connectors::Deadline& deadline);

}  // namespace tally::pipeline
