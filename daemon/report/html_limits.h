// How much of a large run one HTML page shows, so that a browser can still open it. What is left out is said on the
// page; CSV and JSON always hold everything.
#pragma once

#include <cstddef>

namespace tally::report {

/// Findings shown in full, over all rules: about 3 kB each, so some 6 MB of page.
inline constexpr std::size_t kMaxFindings = 2000;
/// Findings of one rule shown in full, so that one noisy rule does not push out the others.
inline constexpr std::size_t kMaxFindingsPerRule = 500;
/// Rows of each short list: what is new, fixed, changed.
inline constexpr std::size_t kMaxListed = 100;
/// Exempt findings; more than a few say that a rule is wrong for this company.
inline constexpr std::size_t kMaxExempt = 500;
/// Rejected records of one source.
inline constexpr std::size_t kMaxRejects = 100;

}  // namespace tally::report
