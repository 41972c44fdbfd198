// Status: what the service does and did, for `tallystick status` and for systemd's status line.
//
//   status.lock()->next = next_due(...);
//   mailbox.out(in_words(*status.lock()));
//
// No personal data: people who asked are uids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/store.h"
#include "policy/base/result.h"
#include "policy/base/time.h"
#include "policy/model/run_report.h"

namespace tally::service {

struct Status {
  struct Running {
    std::string trigger, stage;
    base::Instant since;
  };
  struct Refused {
    base::Instant at;
    std::vector<std::string> diagnostics;
  };

  base::Instant started;
  std::string file, config_digest, rules_digest;  ///< in force
  base::Instant accepted;
  std::optional<Refused> refused;          ///< the newest reload, when it was refused
  std::vector<std::string> needs_restart;  ///< settings that a reload changed in the file but not here
  std::string schedule;                    ///< in words
  std::optional<base::Instant> next;       ///< due
  std::optional<Running> running;
  std::optional<model::RunSummary> last;  ///< finished
  std::string trouble;                    ///< why the newest audit has no result; empty when it has
  std::vector<std::string> missed;        ///< since the service started, newest last, at most kMaxMissed
  bool owed = false;                      ///< due times were missed and no audit has finished since

  static constexpr std::size_t kMaxMissed = 10;
};

/// Of a service that starts now: what the audits of earlier processes left. Who restarts it has mended nothing yet.
base::Result<Status> status_at_start(store::Store& store, base::Instant now);

/// Several lines for a person.
std::string in_words(const Status& status);
/// One line for `systemctl status`.
std::string in_one_line(const Status& status);
/// 0: all in order; 3: a refused configuration, a missed or failed audit, or one that did not see everything.
int exit_code(const Status& status);

/// "2 critical, 1 low" or "nothing found".
std::string findings_in_words(const model::RunSummary& summary);

}  // namespace tally::service
