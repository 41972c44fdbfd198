// Offboarding: one check asked of the service, on the thread of the client who asks.
//
//   offboard(around, plan, *request, asker, stop, *mailbox);      // the answer is in the mailbox, "end" included
#pragma once

#include <sys/types.h>

#include <memory>
#include <stop_token>
#include <string>

#include "daemon/control/offboarding_request.h"
#include "daemon/report/render.h"
#include "daemon/service/auditor.h"
#include "daemon/service/mailbox.h"
#include "daemon/service/plan.h"

namespace tally::service {

/// Who asks, and for what screen.
struct Asker {
  uid_t uid = 0;
  std::string login;  ///< personal
  report::TerminalStyle style;
};

/// Blocks until the check's deadline at most.
void offboard(const Surroundings& around, const std::shared_ptr<const Plan>& plan,
              const control::OffboardingRequest& request, const Asker& asker, const std::stop_token& stop,
              Mailbox& mailbox);

}  // namespace tally::service
