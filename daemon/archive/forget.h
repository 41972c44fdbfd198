// Forgetting in what is kept of runs: which of them name a person, and the memory of identifiers without one.
//
//   each_text(run, [&](std::string_view text) { … });
//   without(links, employee_id, account_keys);
//
// A kept run cannot be cut: its digest is in the log, and a run without one person is another run. It goes as a whole.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "daemon/archive/run_archive.h"
#include "policy/base/result.h"
#include "policy/correlation/history.h"

namespace tally::archive {

/// Every text in it that may be about a person.
void each_text(const KeptRun& run, const std::function<void(std::string_view text)>& visit);

/// The same without that person and these accounts, and without a text that only they had.
correlation::PreviousLinks without(const correlation::PreviousLinks& links, const std::string& employee_id,
                                   const std::set<std::string>& account_keys);

/// Removes the run's file. None is fine. Kind io.
base::Result<void> remove_run(const std::string& folder, std::string_view run);
/// Removes what a crash left half-written in the folder.
base::Result<void> remove_unfinished(const std::string& folder);

}  // namespace tally::archive
