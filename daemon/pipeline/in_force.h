// What stays, however old it is: what is still open, still holds, or is what the next audit goes by. Inner to this
// library.
//
//   auto in_force = find_in_force(kept, now);
//   if (in_force->entries.contains(index) || in_force->handles.contains(entry.subject)) …     // it stays
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::pipeline {

struct InForce {
  std::set<std::uint64_t> entries;  ///< of open and exempt findings, of decisions and holds in force
  std::set<std::string> handles;    ///< of leavers who are followed, and of people under a hold
  std::set<std::string> runs;       ///< the newest, and those that the next one measures by
};

base::Result<InForce> find_in_force(Kept& kept, base::Instant now);

}  // namespace tally::pipeline
