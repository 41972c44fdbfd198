// Reading the [[rule.example]] tables of a pack. Inner to this library.
#pragma once

#include <optional>

#include "policy/rules/reader.h"
#include "policy/rules/rule.h"

namespace tally::rules {

/// Facts stand as keys: `account.enabled = true`. A moment is a date-time, "never", or two of them between which it
/// lies ("-infinity" and "infinity" for no bound); `{ unknown = "why" }` is not known. `params.grace = "2d"` sets a
/// parameter. `rule` says what it may name.
std::optional<Example> read_example(const Node& table, const Rule& rule, Reader& reader);

}  // namespace tally::rules
