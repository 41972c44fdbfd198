// Decisions: a command that somebody gives the service, or a list of those given, on the thread of the client who asks.
//
//   decide(around, plan, *request, asker, stop, *mailbox);      // the answer is in the mailbox, "end" included
#pragma once

#include <memory>
#include <stop_token>

#include "daemon/control/decision_request.h"
#include "daemon/service/auditor.h"
#include "daemon/service/mailbox.h"
#include "daemon/service/offboarding.h"
#include "daemon/service/plan.h"

namespace tally::service {

/// Blocks until a directory has answered, or its deadline, where an account is named by its login.
void decide(const Surroundings& around, const std::shared_ptr<const Plan>& plan,
            const control::DecisionRequest& request, const Asker& asker, const std::stop_token& stop, Mailbox& mailbox);

}  // namespace tally::service
