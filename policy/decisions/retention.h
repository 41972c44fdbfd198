// Retention: how long personal values and kept runs are kept, by the class of their entries, how long the entries of
// the log themselves; and how long at least.
//
//   Retention keep{.findings = std::chrono::days(730)};
//   std::string_view kind = class_of("finding_opened");          // "findings"
//
// Zero is for ever. Entries hold no personal data; they go under a written policy alone, and all classes together, for
// a log is pruned from its beginning.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "policy/base/digest.h"

namespace tally::decisions {

struct Retention {
  using Span = std::chrono::milliseconds;
  Span findings{0};          ///< of findings, and of leavers who were followed
  Span decisions{0};         ///< of what people decided, holds included
  Span offboarding{0};       ///< of offboarding checks
  Span runs{0};              ///< of runs: who asked, rejects, examples
  Span kept_runs{0};         ///< the files of kept runs
  Span entries{0};           ///< of the log: older bundles are pruned
  base::Digest policy;       ///< SHA-256 of the written policy under which they are; of any use with `entries` alone
  std::string policy_file;   ///< where that is
  Span erase_not_before{0};  ///< nobody is erased whose newest entry is younger

  [[nodiscard]] bool any() const {
    return (findings + decisions + offboarding + runs + kept_runs + entries).count() != 0;
  }
  /// Of one of kEntryClasses.
  [[nodiscard]] Span of(std::string_view entry_class) const;
};

inline constexpr std::array<std::string_view, 4> kEntryClasses = {"findings", "decisions", "offboarding", "runs"};

/// The class of an entry by its type; "decisions" for a type that nobody knows here, which is kept as long as those.
std::string_view class_of(std::string_view entry_type);

}  // namespace tally::decisions
