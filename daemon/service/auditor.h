// Auditor: one audit at a time, on a thread of its own, with a deadline for each stage.
//
//   Auditor auditor(surroundings);
//   if (!auditor.running()) auditor.start({.plan = plan, .trigger = "schedule, due …"});
//   …                                       // wake() is called when it is over
//   if (auto outcome = auditor.finished()) …
//
// Used by the main thread alone; the audit's own thread touches the keeping, the status, the log and the mailbox of
// whoever asked, each of which is made for that.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "daemon/control/audit_request.h"
#include "daemon/log/log.h"
#include "daemon/pipeline/audit_run.h"
#include "daemon/pipeline/guarded.h"
#include "daemon/pipeline/keeping.h"
#include "daemon/report/render.h"
#include "daemon/service/mailbox.h"
#include "daemon/service/plan.h"
#include "daemon/service/status.h"

namespace tally::service {

/// What every part of the service works with. All of it outlives them.
struct Surroundings {
  pipeline::Keeping& keeping;
  pipeline::Guarded<Status>& status;
  const log::Log& log;
  std::function<base::Instant()> clock;
  std::function<void()> wake;  ///< makes the main thread look; safe from every thread
};

struct AuditOrder {
  std::shared_ptr<const Plan> plan;
  std::string trigger;
  std::string asked_by = {};  ///< login; personal
  control::AuditRequest request = {};
  std::shared_ptr<Mailbox> mailbox = {};  ///< of who waits for the result; may be empty
  report::TerminalStyle style = {};
};

class Auditor {
 public:
  explicit Auditor(const Surroundings& surroundings) : around_(surroundings) {}
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  [[nodiscard]] bool running() const { return thread_.joinable(); }
  /// Not while one is running.
  void start(AuditOrder order);
  /// Asks it to end soon: it is then abandoned.
  void stop() { thread_.request_stop(); }

  struct Outcome {
    std::optional<base::Error> error;  ///< nothing: it finished
    bool stopped = false;
  };
  /// Once after each audit, when it is over.
  std::optional<Outcome> finished();

  struct Overdue {
    std::string stage;
    std::chrono::seconds deadline;
  };
  /// The stage that has passed its deadline: the thread hangs where nothing can end it.
  std::optional<Overdue> overdue();

 private:
  struct Stage {
    std::string name;
    std::chrono::milliseconds span{0};
    std::chrono::steady_clock::time_point until;
  };

  void work(const AuditOrder& order, const std::stop_token& stop);
  base::Result<model::RunReport> audit(const AuditOrder& order, const std::stop_token& stop);
  pipeline::Progress progress_of(const AuditOrder& order);
  void enter(std::string_view stage, std::chrono::milliseconds deadline);
  void tell(const AuditOrder& order, const base::Result<model::RunReport>& report, bool stopped);

  const Surroundings& around_;
  pipeline::Guarded<Stage> stage_;
  pipeline::Guarded<std::optional<Outcome>> outcome_;
  std::jthread thread_;
};

}  // namespace tally::service
