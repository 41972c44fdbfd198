// Erasure: a person goes from everything that the state folder keeps, and every proof of the log stays valid.
//
//   auto recorded = erase_person(commission, {"001004", "Art. 17(1)(a) GDPR", "DPO-17", false});
//   auto sentence = finish_erasure(kept, now);              // at the start: one that was cut short is ended
//
// In this order, each step repeatable: the plan is kept beside the log (it names the person; the log does not), the log
// takes `erasure_requested`, then go reports, kept runs, the memory of identifiers, values and keys, the wrapping key,
// the store's rows; the log takes `erasure_done`, the plan is wiped. A crash before the log's first entry leaves
// nothing done; one after it, an erasure that the next start ends. Not for what HR and the directories still say: the
// next audit reads that again, as new data.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/pipeline/carry_out.h"
#include "policy/base/result.h"
#include "policy/decisions/command.h"

namespace tally::pipeline {

/// Kinds as find_traces(), `malformed` for a basis or a ticket that names the person, `conflict` under a legal hold,
/// before the settings allow it (both are recorded), or while an audit runs; and those of what it writes.
base::Result<model::RecordedCommand> erase_person(const Commission& commission, const decisions::Erase& command);

/// Test seam: hears of each step before it is done.
using StepHook = std::function<void(std::string_view step)>;
/// What was mended, in a sentence; nothing when there was nothing to do.
base::Result<std::optional<std::string>> finish_erasure(Kept& kept, base::Instant now, const StepHook& at = {});

}  // namespace tally::pipeline
