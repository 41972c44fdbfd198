// Carrying out a command: what a person asks to be decided is checked against the rules of commands
// (policy/decisions), recorded, and only then answered. It takes effect at the next evaluation.
//
//   const Commission commission{.command = command, .author = {uid, login}, …};
//   base::Result<model::RecordedCommand> recorded = carry_out(commission);
//
// The same in the service and in the process of `tallystick`. Not for who may give commands at all: daemon/control.
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
#include "policy/decisions/command.h"
#include "policy/model/decisions.h"
#include "policy/rules/rule_set.h"

namespace tally::pipeline {

/// An account that is named by its login is looked up in its directory, once.
inline constexpr std::chrono::milliseconds kAccountDeadline{20'000};

/// Everything one command needs. References outlive the call.
struct Commission {
  const decisions::Command& command;
  const model::Author& author;
  std::span<const std::unique_ptr<connectors::Source>> sources;
  std::shared_ptr<const void> owner;  ///< keeps the sources alive, as in OffboardingQuestion
  const rules::RuleSet& rules;
  const correlation::Settings& correlation;
  Keeping& keeping;  ///< locked while the command is checked and recorded, never while a directory is asked
  std::function<base::Instant()> clock;
  std::stop_token stop = {};
  std::string allowed_signers = {};  ///< file of those who may sign off; empty: nobody may
  base::Duration keep_at_least{};    ///< nobody is erased whose newest entry is younger (decisions::Retention)
  std::function<void(std::string_view step)> at_step = {};  ///< test seam: erasure.h
};

/// Kinds as the rules of commands have them, `unavailable` when a directory had to be asked and did not answer, and
/// those of recorder::Recorder and store::Store.
base::Result<model::RecordedCommand> carry_out(const Commission& commission);

/// Everything decided so far.
base::Result<model::Decisions> decisions_so_far(Keeping& keeping);

}  // namespace tally::pipeline
