// Planner: which due times were kept, and which were missed. Pure: the moment is passed in, and it waits for nothing.
//
//   Planner planner(schedule, catch_up, store.schedule_known_until());
//   Planner::Verdict verdict = planner.look(now, Planner::Situation::starting);
//   if (verdict.missed.count > 0) …record them…;   if (verdict.run) …start an audit, due verdict.due…
//
// Every due time is accounted for exactly once: an audit began for it within kPunctual, or it is among the missed.
#pragma once

#include <optional>
#include <string>

#include "daemon/pipeline/schedule.h"
#include "policy/base/time.h"

namespace tally::service {

class Planner {
 public:
  /// `known_until`: until when earlier processes accounted for the due times; nothing: nobody did before `now`.
  Planner(pipeline::Schedule schedule, bool catch_up, std::optional<base::Instant> known_until)
      : schedule_(std::move(schedule)), catch_up_(catch_up), known_until_(known_until) {}

  enum class Situation : std::uint8_t {
    starting,  ///< the service was off until now
    idle,      ///< it runs and does not audit
    busy,      ///< an audit began earlier and has just ended, or still runs
  };

  struct Verdict {
    bool clock_set_back = false;
    pipeline::DueTimes missed;
    std::string why;                   ///< they were missed
    bool run = false;                  ///< an audit has to begin now
    std::optional<base::Instant> due;  ///< the newest due time, when `run`
    bool late = false;                 ///< it is made up for
  };

  /// Accounts for everything up to now.
  Verdict look(base::Instant now, Situation situation);
  /// The first due time that is not accounted for.
  [[nodiscard]] std::optional<base::Instant> next(base::Instant now) const;
  /// Another schedule from now on. What is due up to now has to be looked at before.
  void change(pipeline::Schedule schedule, bool catch_up);

  /// An audit that begins this late is still the due one: an overloaded machine, a restart of the service.
  static constexpr std::chrono::minutes kPunctual{1};

 private:
  pipeline::Schedule schedule_;
  bool catch_up_;
  std::optional<base::Instant> known_until_;
};

}  // namespace tally::service
