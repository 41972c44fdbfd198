// What people decided, for a terminal and for programs; and the answer to whoever has just decided. Pure.
//
//   std::cout << render_exemptions(decisions, now, {.width = 100});
//
//   4711  in force   PRV-001  svc-backup in corp-ad, until 2027-02-01 00:00 UTC
//         asked for by anna, 2026-11-02 08:00 UTC: being replaced
//         approved by bela, 2026-11-02 09:30 UTC
#pragma once

#include <string>

#include "daemon/report/render.h"
#include "policy/base/time.h"
#include "policy/model/decisions.h"

namespace tally::report {

/// "in force", "over", "waiting for approval", "never approved", "refused", "withdrawn".
std::string_view state_in_words(const model::ExemptionCase& one, base::Instant now);

/// "in force", "over", "released".
std::string_view state_in_words(const model::Hold& one, base::Instant now);

/// One of the lists, newest first, each with everything said about it; a plain sentence where there is none.
std::string render_decisions(const model::Decisions& decisions, model::DecisionKind kind, base::Instant now,
                             TerminalStyle style);
/// RFC 8259, schema "tallystick-decisions/1" with the one member "exemptions", "links", "releases" or "holds",
/// oldest first.
std::string render_decisions_json(const model::Decisions& decisions, model::DecisionKind kind, base::Instant now);

std::string render_recorded(const model::RecordedCommand& recorded, TerminalStyle style);
/// Schema "tallystick-command/1": {schema, sentence, log: {origin, entry, size}}; log is null when nothing was
/// recorded.
std::string render_recorded_json(const model::RecordedCommand& recorded);

}  // namespace tally::report
