#include "policy/decisions/retention.h"

namespace tally::decisions {

Retention::Span Retention::of(std::string_view entry_class) const {
  if (entry_class == "findings") return findings;
  if (entry_class == "offboarding") return offboarding;
  if (entry_class == "runs") return runs;
  return decisions;
}

std::string_view class_of(std::string_view entry_type) {
  if (entry_type == "finding_acknowledged") return "decisions";
  if (entry_type.starts_with("finding_") || entry_type == "leaver_followed") return "findings";
  if (entry_type == "offboarding_checked") return "offboarding";
  for (const char* one : {"run_started", "source_collected", "rule_tallied", "shadow_tallied"}) {
    if (entry_type == one) return "runs";
  }
  return "decisions";
}

}  // namespace tally::decisions
