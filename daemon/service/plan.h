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

#include "connectors/source.h"
#include "daemon/config/config.h"
#include "daemon/pipeline/schedule.h"
#include "policy/base/diagnostic.h"
#include "policy/rules/rule_set.h"

namespace tally::service {

struct Plan {
  config::Config config;  ///< its sources' options have gone into `sources`
  rules::RuleSet rules;
  std::vector<std::unique_ptr<connectors::Source>> sources;  ///< each may be read by several threads at once
  pipeline::Schedule schedule;
  std::chrono::milliseconds collecting{0};  ///< by when the slowest source has ended by its own deadlines
};

/// `state`: a folder instead of the configured one, as --state; "": none.
tl::expected<std::shared_ptr<Plan>, base::Diagnostics> load_plan(const std::string& file, const std::string& state);

/// What a running service cannot change (state folder, key, socket) is taken over from the plan that it runs by. Gives
/// the names of the settings that would have changed.
std::vector<std::string> keep_what_is_open(const Plan& running, Plan& fresh);

}  // namespace tally::service
