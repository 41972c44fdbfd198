#include "daemon/service/decision.h"

#include <variant>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/carry_out.h"
#include "daemon/report/decisions.h"

namespace tally::service {
namespace {

using base::Result;

Result<std::string> answered(const pipeline::Commission& commission, bool json, report::TerminalStyle style) {
  const auto recorded = pipeline::carry_out(commission);
  if (!recorded) return tl::unexpected(recorded.error());
  return json ? report::render_recorded_json(*recorded) : report::render_recorded(*recorded, style);
}

Result<std::string> listed(const Surroundings& around, model::DecisionKind kind, bool json,
                           report::TerminalStyle style) {
  const auto decisions = pipeline::decisions_so_far(around.keeping);
  if (!decisions) return tl::unexpected(decisions.error());
  const base::Instant now = around.clock();
  return json ? report::render_decisions_json(*decisions, kind, now)
              : report::render_decisions(*decisions, kind, now, style);
}

}  // namespace

void decide(const Surroundings& around, const std::shared_ptr<const Plan>& plan,
            const control::DecisionRequest& request, const Asker& asker, const std::stop_token& stop,
            Mailbox& mailbox) {
  const auto* command = std::get_if<decisions::Command>(&request.what);
  const model::Author author{asker.uid, asker.login};
  const auto text = command == nullptr
                        ? listed(around, std::get<model::DecisionKind>(request.what), request.json, asker.style)
                        : answered({*command, author, plan->sources, plan, plan->rules, plan->config.correlation,
                                    around.keeping, around.clock, stop, plan->config.service.allowed_signers,
                                    plan->config.retention.erase_not_before},
                                   request.json, asker.style);
  const int code = text ? control::kNothingFound : control::exit_code(text.error().kind);
  if (text) {
    mailbox.out(*text);
  } else {
    mailbox.err("tallystick: " + text.error().message);
  }
  if (command != nullptr)
    around.log.tell(log::message::kCommandAnswered, {std::to_string(asker.uid), std::to_string(code)});
  mailbox.end(code);
}

}  // namespace tally::service
