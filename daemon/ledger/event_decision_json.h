// Reading the entries of what people decide. For event_decode.cpp alone.
#pragma once

#include <optional>
#include <string>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {

/// Nothing for a type that is none of these. Throws nlohmann's exceptions and std::invalid_argument as event_json.h.
std::optional<Event> decision_event_from(const std::string& type, const Json& fields, const Json& personal);

}  // namespace tally::ledger
