#include "daemon/service/service.h"

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/clock.h"
#include "daemon/pipeline/version.h"
#include "daemon/service/loop.h"

namespace tally::service {
namespace {

/// Checking and repairing the log, and bringing a lost store up to it.
constexpr std::chrono::minutes kOpenDeadline{15};

int not_started(const log::Log& log, const base::Error& error) {
  log.tell(log::message::kNotStarted, {error.message});
  return control::exit_code(error.kind);
}

int not_started(const log::Log& log, const base::Diagnostics& diagnostics) {
  for (const base::Diagnostic& one : diagnostics) log.tell(log::message::kNotStarted, {base::to_string(one)});
  return control::kUsage;
}

}  // namespace

int run_service(const ServiceOptions& options, const log::Log& log) {
  const auto wakeups = Wakeups::open();
  if (!wakeups) return not_started(log, wakeups.error());
  const Notifier notifier = Notifier::from_environment();
  auto plan = load_plan(options.config, options.state);
  if (!plan) return not_started(log, plan.error());
  const config::Config& config = (*plan)->config;

  log.tell(log::message::kStarting, {std::string(pipeline::version()), config.state});
  notifier.needs(kOpenDeadline);
  notifier.status("opening the log");
  auto kept =
      pipeline::open_kept({config.state, config.log_key, recorder::Clock::system(), config.log,
                           [&](const std::string& sentence) { log.tell(log::message::kStateMended, {sentence}); },
                           [&](const std::string& sentence) { log.tell(log::message::kOutsideNews, {sentence}); }});
  if (!kept) return not_started(log, kept.error());
  auto status = status_at_start(kept->store, pipeline::wall_clock());
  if (!status) return not_started(log, status.error());
  // Not to know it is not to know that nothing was missed.
  const auto known_until = kept->store.schedule_known_until();
  if (!known_until) return not_started(log, known_until.error());
  pipeline::Keeping keeping(std::move(*kept));
  auto listener = control::Listener::open(config.service.socket);
  if (!listener) return not_started(log, listener.error());
  return Loop({options, log, notifier, *wakeups, keeping, std::move(*status), *known_until, std::move(*plan),
               std::move(*listener)})
      .run();
}

}  // namespace tally::service
