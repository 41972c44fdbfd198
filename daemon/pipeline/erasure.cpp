#include "daemon/pipeline/erasure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/event.h"
#include "daemon/pipeline/erasure_plan.h"
#include "daemon/pipeline/take_away.h"
#include "daemon/pipeline/traces.h"
#include "policy/decisions/decisions.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

ErasurePlan plan_of(const Traces& traces, const decisions::Erase& command, std::uint32_t uid) {
  const std::set<std::string> accounts = traces.account_keys();
  ErasurePlan plan{traces.employee_id,
                   {accounts.begin(), accounts.end()},
                   {traces.handles.begin(), traces.handles.end()},
                   traces.runs,
                   traces.entries,
                   traces.words,
                   {}};
  plan.what = {plan.handles,    plan.handles.size(), plan.entries.size(),
               traces.mentions, plan.runs,           traces.reports.size(),
               command.basis,   command.ticket,      uid};
  return plan;
}

std::string numbers(const std::vector<std::uint64_t>& all) { return fmt::format("{}", fmt::join(all, ", ")); }

/// Why it may not be now; recorded, unless it is only a question.
Result<void> may_go(const Commission& commission, Kept& kept, const Traces& traces, const decisions::Erase& command) {
  const base::Instant now = commission.clock();
  const auto decisions = kept.store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  for (const model::Hold& hold : decisions->holds) {
    if (!hold.holds(now) || !traces.words.in(hold.by.login)) continue;
    return failure(ErrorKind::conflict,
                   fmt::format("hold {} was set by them, and would go with them: let somebody else set it anew and "
                               "release that one first",
                               hold.number));
  }
  ledger::ErasureRefused refused{{}, {}, command.basis, command.ticket, commission.author.uid};
  const std::vector<std::string> keys(traces.keys.begin(), traces.keys.end());
  for (const model::Hold* hold : decisions::holds_on(*decisions, traces.employee_id, keys, now)) {
    refused.holds.push_back(hold->number);
  }
  if (traces.newest && base::add(*traces.newest, commission.keep_at_least) > now) {
    refused.not_before = base::add(*traces.newest, commission.keep_at_least);
  }
  if (refused.holds.empty() && !refused.not_before) return {};
  std::string why = refused.holds.empty()
                        ? fmt::format("the settings keep what was recorded of them until {} (erase_not_before)",
                                      base::format_instant(*refused.not_before))
                        : fmt::format("hold {} is in force (`tallystick hold list`)", numbers(refused.holds));
  if (command.dry_run) return failure(ErrorKind::conflict, fmt::format("it would be refused: {}", why));
  const auto entry = record_published(kept, encode(refused), now);
  if (!entry) return tl::unexpected(entry.error());
  return failure(ErrorKind::conflict, fmt::format("refused: {}. Nothing was erased; entry {} says so", why, *entry));
}

std::string what_goes(const ErasurePlan& plan) {
  return fmt::format(
      "{} handles of the log and the personal values of {} entries ({} of them about others, which name the person), "
      "{} kept runs, {} reports in the state folder",
      plan.handles.size(), plan.entries.size(), plan.what.mentions, plan.runs.size(), plan.what.reports);
}

std::string after_it(const Traces& traces) {
  std::string out;
  if (traces.still_in) {
    out += fmt::format(
        " HR or a directory still had them at {}: the next audit records them again, as new data under new handles. "
        "Have them erased there first.",
        base::format_instant(*traces.still_in));
  }
  return out;
}

Result<void> check_words(const decisions::Erase& command) {
  if (auto good = decisions::check_public_words("--basis", command.basis, decisions::kMaxBasisBytes); !good)
    return good;
  return decisions::check_public_words("--ticket", command.ticket, decisions::kMaxTicketBytes);
}

Result<void> names_nobody(const Traces& traces, const decisions::Erase& command) {
  for (const auto& [name, text] : {std::pair("--basis", command.basis), std::pair("--ticket", command.ticket)}) {
    if (!traces.words.in(text)) continue;
    return failure(ErrorKind::malformed,
                   fmt::format("{} names the person, and the log keeps it for ever: write it without", name));
  }
  return {};
}

/// The log knows of it now, so it is ended, here or at the next start.
Result<std::uint64_t> begun(Kept& kept, const ErasurePlan& plan, base::Instant now, const StepHook& at) {
  if (at) at("request");
  const auto requested = record_published(kept, encode(plan.what), now);
  if (!requested) return requested;
  auto done = take_away(kept, plan, *requested, now, at);
  if (done) return done;
  return tl::unexpected(done.error().within(
      fmt::format("erasure {} is begun and not done; the next start, or the next erasure, ends it", *requested)));
}

}  // namespace

Result<model::RecordedCommand> erase_person(const Commission& commission, const decisions::Erase& command) {
  if (auto good = check_words(command); !good) return tl::unexpected(good.error());
  const auto kept = commission.keeping.lock();
  if (kept->auditing) {
    return failure(ErrorKind::conflict,
                   "an audit is running, and records what it read of them: ask again when it ended");
  }
  if (auto ended = finish_erasure(*kept, commission.clock(), commission.at_step); !ended) {
    return tl::unexpected(ended.error());
  }
  const auto traces = find_traces(*kept, command.subject);
  if (!traces) return tl::unexpected(traces.error());
  if (auto silent = names_nobody(*traces, command); !silent) return tl::unexpected(silent.error());
  if (auto may = may_go(commission, *kept, *traces, command); !may) return tl::unexpected(may.error());
  const ErasurePlan plan = plan_of(*traces, command, commission.author.uid);
  if (command.dry_run) {
    return model::RecordedCommand{
        fmt::format("It would erase {}. Nothing was done.{}", what_goes(plan), after_it(*traces)), {}, 0, 0};
  }
  if (commission.at_step) commission.at_step("prepare");
  if (auto saved = save(plan, kept->state); !saved) return tl::unexpected(saved.error());
  const auto done = begun(*kept, plan, commission.clock(), commission.at_step);
  if (!done) return tl::unexpected(done.error());
  return model::RecordedCommand{
      fmt::format("Erased: {}. Every proof stays valid, and nothing of it opens any more. Copies of personal.db from "
                  "before open with a copy of the old personal.key alone: destroy both, and back up anew.{}",
                  what_goes(plan), after_it(*traces)),
      kept->recorder.origin(), *done, kept->recorder.size()};
}

Result<std::optional<std::string>> finish_erasure(Kept& kept, base::Instant now, const StepHook& at) {
  const auto plan = load_erasure_plan(kept.state);
  if (!plan) return tl::unexpected(plan.error());
  const auto decisions = kept.store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  const auto& all = decisions->erasures;
  const auto open = std::find_if(all.begin(), all.end(), [](const model::Erasure& one) { return one.done == 0; });
  if (*plan && (*plan)->by_class) {
    const auto done = take_away(kept, **plan, 0, now, at);
    if (!done) return tl::unexpected(done.error());
    return std::optional(fmt::format("Retention was cut short, and is applied now (entry {}).", *done));
  }
  if (open == all.end()) {  // stopped before the log took it, or after it was done
    if (auto wiped = wipe_erasure_plan(kept.state); !wiped) return tl::unexpected(wiped.error());
    return std::optional<std::string>();
  }
  if (!*plan) {
    return std::optional(
        fmt::format("Erasure {} was begun and is not done, and its plan is not here any more: erase "
                    "that person again.",
                    open->number));
  }
  const auto done = take_away(kept, **plan, open->number, now, at);
  if (!done) return tl::unexpected(done.error().within(fmt::format("ending erasure {}", open->number)));
  return std::optional(fmt::format("Erasure {} was cut short, and is done now (entry {}).", open->number, *done));
}

}  // namespace tally::pipeline
