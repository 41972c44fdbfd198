// Taking away: the steps of an erasure, or of retention, that is planned and that nothing can stop any more. Each can
// be done again after a crash, and they are done in one order.
//
//   auto entry = take_away(kept, plan, requested, now);       // of `erasure_done` or `retention_applied`
#pragma once

#include <cstdint>

#include "daemon/ledger/event.h"
#include "daemon/pipeline/erasure.h"
#include "daemon/pipeline/erasure_plan.h"

namespace tally::pipeline {

/// `requested`: the entry that asked for the erasure; not used for retention.
base::Result<std::uint64_t> take_away(Kept& kept, const ErasurePlan& plan, std::uint64_t requested, base::Instant now,
                                      const StepHook& at);

/// The store again from the log, in its place. Kind `conflict` as Store::make_again.
base::Result<void> make_store_again(Kept& kept);

/// Recorded and published; its index.
base::Result<std::uint64_t> record_published(Kept& kept, ledger::EventText text, base::Instant now);

}  // namespace tally::pipeline
