// Plan: one accepted configuration, made ready for auditing: rules, sources, schedule. A reload makes a new one; a run
// that is under way keeps the one that it began with.
//
//   auto plan = load_plan("/etc/tallystick/tallystick.toml", "");
//   if (!plan) tell(plan.error());                        // all that is wrong; the old plan stays
//   std::vector<std::string> kept = keep_what_is_open(*running, **plan);
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/config/apply.h"
#include "daemon/pipeline/schedule.h"
#include "policy/base/diagnostic.h"

namespace tally::service {

struct Plan : config::Prepared {
  pipeline::Schedule schedule;
  std::chrono::milliseconds collecting{0};  ///< by when the slowest source has ended by its own deadlines
};

/// As config::prepare().
tl::expected<std::shared_ptr<Plan>, base::Diagnostics> load_plan(const std::string& file, const std::string& state);

/// What a running service cannot change (state folder, key, socket) is taken over from the plan that it runs by. Gives
/// the names of the settings that would have changed.
std::vector<std::string> keep_what_is_open(const Plan& running, Plan& fresh);

}  // namespace tally::service
