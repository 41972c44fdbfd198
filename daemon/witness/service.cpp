#include "daemon/witness/service.h"

#include <fmt/format.h>

#include <string_view>

#include "daemon/ledger/witness_protocol.h"

namespace tally::witness {
namespace {

constexpr int kMethodNotAllowed = 405;

}  // namespace

Answer Service::answer(const Request& request) {
  if (request.target == ledger::kAddCheckpointPath) {
    if (request.method != "POST") return {kMethodNotAllowed, "add-checkpoint takes POST\n"};
    return add_checkpoint(request.body);
  }
  // "/<64 hexadecimal digits>/checkpoint", as ledger::monitor_path writes it
  constexpr std::size_t kHashDigits = 64;
  const std::string_view hash = std::string_view(request.target).substr(request.target.empty() ? 0 : 1, kHashDigits);
  if (request.target != fmt::format("/{}/checkpoint", hash)) return {404, "there is nothing here\n"};
  if (request.method != "GET") return {kMethodNotAllowed, "a checkpoint is read with GET\n"};
  return witness_.latest(hash);
}

Answer Service::add_checkpoint(const std::string& body) {
  Outcome outcome = witness_.add_checkpoint(body, now_());
  const std::string size = fmt::to_string(outcome.size);
  if (outcome.suspicion == Suspicion::fork) log_.tell(log::message::kWitnessFork, {outcome.origin, size});
  if (outcome.suspicion == Suspicion::wrong_proof) log_.tell(log::message::kWitnessProof, {outcome.origin, size});
  if (outcome.answer.status == 200) log_.tell(log::message::kWitnessCosigned, {outcome.origin, size});
  if (outcome.broken) {
    log_.tell(log::message::kWitnessBroken, {outcome.broken->message});
    broken_ = true;
  }
  return std::move(outcome.answer);
}

}  // namespace tally::witness
