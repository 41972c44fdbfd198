// The words for severities and subjects in packs and settings.
#pragma once

#include <optional>
#include <string_view>

#include "policy/model/finding.h"

namespace tally::rules {

inline constexpr std::string_view kSeveritiesExpected = "\"low\", \"medium\", \"high\" or \"critical\" is expected";

inline std::optional<model::Severity> severity_of(std::string_view word) {
  using model::Severity;
  for (const Severity severity : {Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    if (word == to_string(severity)) return severity;
  }
  return std::nullopt;
}

inline std::optional<model::SubjectKind> subject_kind_of(std::string_view word) {
  using model::SubjectKind;
  for (const SubjectKind kind : {SubjectKind::account, SubjectKind::person, SubjectKind::source}) {
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace tally::rules
