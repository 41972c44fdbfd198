// The offboarding check: one person looked up in every directory at this moment, judged by the same rules as an audit,
// recorded, and only then told. offboarding_check.cpp tells the whole story.
//
//   OffboardingQuestion question{.sources = sources, .rules = *rules, …, .employee_id = "001004", .asked_by = "anna"};
//   base::Result<model::OffboardingCheck> check = offboarding_check(question);
//
// The answer is there at the deadline, whatever the sources do: one that is late is "cannot tell, because it did not
// answer within 20 s". An error means that the log or the store could not be written: nothing then may be told.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "connectors/source.h"
#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/correlation/correlation.h"
#include "policy/model/offboarding.h"
#include "policy/rules/rule_set.h"

namespace tally::pipeline {

/// As long as somebody at a desk waits for an answer. A busy directory answers in well under a second.
inline constexpr std::chrono::milliseconds kOffboardingDeadline{20'000};

/// Everything one check needs. References outlive the call.
struct OffboardingQuestion {
  std::span<const std::unique_ptr<connectors::Source>> sources;
  /// Keeps the sources alive: a thread that a source does not let go (a Kerberos server that is silent, a file on a
  /// dead network share) is left behind with it.
  std::shared_ptr<const void> owner;
  const rules::RuleSet& rules;
  const correlation::Settings& correlation;
  Keeping& keeping;  ///< locked for moments only
  std::function<base::Instant()> clock;
  std::string employee_id;  ///< not blank
  std::string asked_by;     ///< login of who asks; personal
  std::chrono::milliseconds deadline = kOffboardingDeadline;
  std::stop_token stop = {};  ///< asks the check to end soon, without an answer
};

/// Kind `unavailable` when it was stopped; otherwise kinds as recorder::Recorder and store::Store have them.
base::Result<model::OffboardingCheck> offboarding_check(const OffboardingQuestion& question);

}  // namespace tally::pipeline
