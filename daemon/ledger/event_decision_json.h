// Reading the entries of what people decide, erasures included. For event_*.cpp alone.
#pragma once

#include <optional>
#include <string>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {

/// Nothing for a type that is none of these. Throws nlohmann's exceptions and std::invalid_argument as event_json.h.
std::optional<Event> decision_event_from(const std::string& type, const Json& fields, const Json& personal);
std::optional<Event> erasure_event_from(const std::string& type, const Json& fields, const Json& personal);
/// The user in "uid".
std::uint32_t uid_from(const Json& fields);

}  // namespace tally::ledger
