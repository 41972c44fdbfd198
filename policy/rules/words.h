// The words for severities, subjects and states in packs and settings.
//
//   if (const auto state = state_of("shadow")) …
//
// Inner to this library, but for lists and pages that show the same words.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "policy/model/finding.h"
#include "policy/rules/rule.h"

namespace tally::rules {

inline constexpr std::string_view kSeveritiesExpected = "\"low\", \"medium\", \"high\" or \"critical\" is expected";
inline constexpr std::string_view kStatesExpected = "\"draft\", \"shadow\" or \"active\" is expected";

std::optional<model::Severity> severity_of(std::string_view word);
std::vector<std::string_view> severity_words();

std::optional<State> state_of(std::string_view word);
std::vector<std::string_view> state_words();

std::vector<std::string_view> subject_words();

}  // namespace tally::rules
