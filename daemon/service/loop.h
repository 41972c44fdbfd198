// Loop: the main thread of the service, once everything is open. Inside this folder only; service.h tells the story.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/connection.h"
#include "daemon/ledger/event.h"
#include "daemon/service/auditor.h"
#include "daemon/service/clients.h"
#include "daemon/service/notify.h"
#include "daemon/service/plan.h"
#include "daemon/service/planner.h"
#include "daemon/service/service.h"
#include "daemon/service/wakeups.h"

namespace tally::service {

/// What run_service() opened.
struct Opened {
  const ServiceOptions& options;
  const log::Log& log;
  const Notifier& notifier;
  const Wakeups& wakeups;
  pipeline::Keeping& keeping;
  Status status;
  std::optional<base::Instant> known_until;  ///< as the planner wants it
  std::shared_ptr<const Plan> plan;
  control::Listener listener;
};

class Loop {
 public:
  explicit Loop(Opened opened);
  /// Until it is told to stop; the exit code.
  int run();

 private:
  void begin();
  std::optional<int> turn();  ///< one round; the exit code when it was the last one
  void wait();
  void take_clients();
  void look(Planner::Situation situation);
  void start_audit(AuditOrder order);
  void run_again_what_was_abandoned();
  void finish_audit();
  void do_errands();
  void ask_for_audit(const Errand& errand);
  void reload(const std::shared_ptr<Mailbox>& mailbox);
  void refuse(const base::Diagnostics& diagnostics, const std::shared_ptr<Mailbox>& mailbox);
  void accept(std::shared_ptr<Plan> fresh, const std::shared_ptr<Mailbox>& mailbox);
  void take_up(const Plan& plan);
  void beat();
  int stop();
  int stop_late();
  /// The log first, published; a failure ends the service.
  void record(ledger::EventText text);
  void end_epochs();
  void check_log();

  const ServiceOptions& options_;
  const log::Log& log_;
  const Notifier& notifier_;
  const Wakeups& wakeups_;
  pipeline::Keeping& keeping_;
  std::optional<control::Listener> listener_;
  pipeline::Guarded<Status> status_;
  pipeline::Guarded<std::shared_ptr<const Plan>> plan_;
  pipeline::Guarded<std::vector<Errand>> errands_;
  Surroundings around_;
  Planner planner_;
  Auditor auditor_;
  Clients clients_;  ///< last: its threads use everything above
  std::optional<int> broken_;
  bool overdue_told_ = false;  ///< since the last beat without anything overdue
  bool deaf_ = false;          ///< to new clients, until the next beat
  std::string said_;           ///< the last status line
};

}  // namespace tally::service
