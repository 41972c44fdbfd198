// What a run means in one plain sentence, and what it could not see. Every report begins with these two, and none has
// words of its own for them.
//
//   plain_sentence(report) == "3 leavers can still sign in; 2 accounts belong to nobody; 1 check could not be
//   answered."
//
// The sentence is an all-clear ("Nothing was found, and everything was seen.") only when no finding is open and
// unseen() is empty. It is plain text that may hold names of sources: escape it for where it goes (base::displayable
// was applied).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/model/run_report.h"

namespace tally::report {

/// One thing that this run did not see, or cannot vouch for.
struct Unseen {
  enum class Kind : std::uint8_t {
    failed,      ///< a source of which nothing could be read
    doubtful,    ///< a source that was read but is not believable
    partial,     ///< a source that was not read in full
    values,      ///< a source that was read in full, but some of its values could not be used
    population,  ///< accounts or people of a source that are left over when everybody is counted
    unanswered,  ///< checks (one rule about one subject) that end in "cannot tell"
    unlisted,    ///< findings that the run counted and the report does not hold
    run,         ///< the run as a whole: nothing asked, no source, marked incomplete
  };
  Kind kind = Kind::run;
  std::string where;        ///< name of the source, or whatever it is about
  std::string what;         ///< what was not seen and why, as a phrase
  std::string meaning;      ///< what that means for the answers, as a sentence
  std::uint64_t count = 0;  ///< checks for `unanswered`, findings for `unlisted`, else 0
};

/// Everything that stands between this run and an all-clear, sources first. Empty means: everything was seen.
std::vector<Unseen> unseen(const model::RunReport& report);

/// The one sentence, ended by a full stop.
std::string plain_sentence(const model::RunReport& report);

}  // namespace tally::report
