// Measures in words: how long leavers kept their access, and the score. Pure text, no markup; names are not escaped.
#pragma once

#include <string>

#include "policy/model/run_report.h"
#include "policy/model/score.h"

namespace tally::report {

/// "2 d 4 h", "2 d to 3 d", "at least 2 d", "at most 3 d", "none", "not known".
std::string span_in_words(const model::Span& span);
/// "Dana Weiss (employee 001004)".
std::string who_left(const model::Revocation& revocation);
/// "still there (2 accounts)", "gone at 2026-04-02T05:00:00Z", "gone between …", "cannot tell", "no account is
/// theirs".
std::string access_in_words(const model::Revocation& revocation);
/// The stamps that are known, in the order in which they are due: "last working day until …; left …; entered by HR …;
/// in the feed …; groups gone …".
std::string stamps_in_words(const model::Revocation& revocation);
/// "not told" without the day on which HR entered it.
std::string feed_delay_in_words(const model::Revocation& revocation);
/// "Of 9 leavers, 3 had access after the end of the employment (1 still has it), 5 were out when it could first be
/// told, and of 1 it cannot be told whether access is gone." And that there may be more, when a source was not
/// completely seen.
std::string revocations_in_words(const model::RunReport& report);
/// "97.31 of 100: 9,731 points of 10,000."
std::string score_in_words(const model::Score& score);

}  // namespace tally::report
