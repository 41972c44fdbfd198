// Typed JSON: values of the rule language as JSON that keeps their types, for `tallystick policy eval`.
//
//   {"int":"3"} {"uint":"3"} {"double":"0.5"} {"double":"inf"} {"bool":true} {"string":"a"} {"bytes":"AP8="}
//   {"null":null}
//   {"list":[{"int":"1"}]} {"map":[[{"string":"key"},{"int":"1"}]]} {"type":"int"}
//   {"timestamp":"2026-03-31T22:00:00Z"} {"duration":"123.5s"}
//
// Beside those, for what is not exact: {"timestamp":["2026-03-01T00:00:00Z","2026-03-15T00:00:00Z"]} lies somewhere
// between the two, {"timestamp":"never"} did not come, {"duration":["1s","2s"]} likewise, and {"unknown":"why"} is not
// known. Numbers are texts, because JSON's have 53 bits.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tl/expected.hpp>

#include "policy/cel/program.h"

namespace tally::cli {

/// Fails with a sentence that says what is wrong.
tl::expected<cel::Value, std::string> read_typed(const nlohmann::json& typed);

/// A value that is nowhere unknown. Maps are in the order of their keys.
nlohmann::json write_typed(const cel::Value& value);
/// The value, {"unknown":[why, …]}, or {"error":[what, …]} when nothing but errors kept it from being known.
nlohmann::json write_typed(const cel::Outcome& outcome);

}  // namespace tally::cli
