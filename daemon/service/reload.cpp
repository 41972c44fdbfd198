// Taking up a configuration: at the start, and when somebody asks for a reload.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/clock.h"
#include "daemon/service/loop.h"

namespace tally::service {

using pipeline::wall_clock;

// KNOWN GAP: the first directory with Kerberos that a reload brings sets an environment variable (session.h,
// prepare_process) while another thread may be reading one. A restart has no such moment.
void Loop::reload(const std::shared_ptr<Mailbox>& mailbox) {
  notifier_.reloading();
  auto fresh = load_plan(options_.config, options_.state);
  if (fresh) {
    accept(std::move(*fresh), mailbox);
  } else {
    refuse(fresh.error(), mailbox);
  }
  notifier_.ready();
}

void Loop::refuse(const base::Diagnostics& diagnostics, const std::shared_ptr<Mailbox>& mailbox) {
  Status::Refused refused{wall_clock(), {}};
  for (const base::Diagnostic& one : diagnostics) {
    refused.diagnostics.push_back(base::to_string(one));
    log_.tell(log::message::kReloadRefused, {refused.diagnostics.back()});
    if (mailbox) mailbox->err(refused.diagnostics.back());
  }
  status_.lock()->refused = std::move(refused);
  if (!mailbox) return;
  mailbox->err("tallystick reload: refused; the configuration before stays in force");
  mailbox->end(control::kUsage);
}

void Loop::accept(std::shared_ptr<Plan> fresh, const std::shared_ptr<Mailbox>& mailbox) {
  const std::vector<std::string> kept = keep_what_is_open(**plan_.lock(), *fresh);
  // What was due until now was due by the old schedule.
  look(auditor_.running() ? Planner::Situation::busy : Planner::Situation::idle);
  planner_.change(fresh->schedule, fresh->config.service.catch_up);
  *plan_.lock() = fresh;
  log_.tell(log::message::kReloadAccepted, {fresh->config.digest.hex()});
  take_up(*fresh);
  const std::string names = fmt::format("{}", fmt::join(kept, ", "));
  {
    const auto status = status_.lock();
    status->refused.reset();
    status->needs_restart = kept;
  }
  if (!kept.empty()) log_.tell(log::message::kReloadNeedsRestart, {names});
  if (!mailbox) return;
  if (!kept.empty()) mailbox->err("tallystick reload: needed for new settings of " + names + ": a restart");
  mailbox->out(
      fmt::format("The configuration is in force from the next audit on, sha256 {}.\n", fresh->config.digest.hex()));
  mailbox->end(control::kNothingFound);
}

/// Says and records by what it audits from now on, when that is not what was recorded last.
void Loop::take_up(const Plan& plan) {
  const ledger::ConfigurationAccepted event{plan.config.digest.hex(), plan.rules.digest().hex(),
                                            pipeline::in_words(plan.schedule)};
  log_.tell(log::message::kConfigurationInForce, {event.config_digest, event.rules_digest, plan.config.file});
  {
    const auto status = status_.lock();
    status->file = plan.config.file;
    status->config_digest = event.config_digest;
    status->rules_digest = event.rules_digest;
    status->schedule = event.schedule;
    status->accepted = wall_clock();
  }
  const auto last = keeping_.lock()->store.last_configuration();
  const bool same =
      last && *last && (*last)->config_digest == event.config_digest && (*last)->rules_digest == event.rules_digest;
  if (!same) record(ledger::encode(event));
}

}  // namespace tally::service
