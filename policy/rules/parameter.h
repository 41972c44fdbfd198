// Parameters: values as files write them become values as rules use them, and back into text.
//
//   auto grace = typed(std::string("2d"), cel::Type::duration());     // 48 h, or a sentence that says what is wrong
//
// Inner to this library but for to_text(), which reports use too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "policy/cel/value.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {

/// The types that a parameter may have, as packs name them: "bool", "int", "string", "duration", "list".
std::optional<cel::Type> parameter_type(std::string_view name);
std::vector<std::string_view> parameter_types();

/// What a whole number may count, as packs name it: "percent", "records" …; and whether that number can be one.
std::vector<std::string_view> parameter_units();
std::optional<std::string> out_of_range(const cel::Value& value, std::string_view unit);

/// The types that a needed fact may have, as packs name them: "bool", "int", "string", "timestamp", "list".
std::optional<cel::Type> fact_type(std::string_view name);
std::vector<std::string_view> fact_types();

/// The setting as a value of that type, or a sentence that says what is expected.
tl::expected<cel::Value, std::string> typed(const Setting& setting, const cel::Type& type);

/// For people: true, 45, "text", ["a", "b"], 45 d, 2026-03-31T22:00:00Z.
std::string to_text(const cel::Value& value);
/// For digests: exact, one form.
std::string canonical(const cel::Value& value);

}  // namespace tally::rules
