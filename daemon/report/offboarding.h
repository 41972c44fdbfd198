// The answer of an offboarding check, for a clerk at a terminal and for programs. Pure.
//
//   std::cout << render_offboarding(check, {.width = 100, .colour = true});
//
//   ACTION NEEDED: Dana Weiss (001004) left 2026-09-30 22:00 UTC, and 2 accounts still work: dweiss (corp-ad), …
//
// The answer comes first, in one sentence; then one line for each source, what to do, and the place in the log.
#pragma once

#include <string>
#include <string_view>

#include "daemon/report/render.h"
#include "policy/model/offboarding.h"

namespace tally::report {

/// "CLEAR", "ACTION NEEDED", "WAITING", "CANNOT TELL".
std::string_view headline(model::OffboardingAnswer answer);
/// The whole answer in one sentence that begins with the headline. Plain text: escape it for where it goes.
std::string offboarding_sentence(const model::OffboardingCheck& check);

std::string render_offboarding(const model::OffboardingCheck& check, TerminalStyle style);
/// RFC 8259, schema "tallystick-offboarding/1": everything of the text, and the findings with their evidence.
std::string render_offboarding_json(const model::OffboardingCheck& check);

}  // namespace tally::report
