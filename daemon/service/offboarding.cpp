#include "daemon/service/offboarding.h"

#include <fmt/format.h>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/offboarding_check.h"
#include "daemon/report/offboarding.h"

namespace tally::service {

void offboard(const Surroundings& around, const std::shared_ptr<const Plan>& plan,
              const control::OffboardingRequest& request, const Asker& asker, const std::stop_token& stop,
              Mailbox& mailbox) {
  const pipeline::OffboardingQuestion question{.sources = plan->sources,
                                               .owner = plan,
                                               .rules = plan->rules,
                                               .correlation = plan->config.correlation,
                                               .keeping = around.keeping,
                                               .clock = around.clock,
                                               .employee_id = request.employee_id,
                                               .asked_by = asker.login,
                                               .deadline = request.deadline,
                                               .stop = stop};
  const auto check = pipeline::offboarding_check(question);
  const int code = check ? control::exit_code(check->answer) : control::exit_code(check.error().kind);
  if (!check) {
    mailbox.err("tallystick offboard: " + check.error().message);
  } else if (request.json) {
    mailbox.out(report::render_offboarding_json(*check));
  } else {
    mailbox.out(report::render_offboarding(*check, asker.style));
  }
  around.log.tell(log::message::kCheckAnswered, {std::to_string(asker.uid), std::to_string(code)});
  mailbox.end(code);
}

}  // namespace tally::service
