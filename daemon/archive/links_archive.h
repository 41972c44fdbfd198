// What earlier runs linked, kept: beside each run, as it was used, and once for the next run.
//
//   const auto before = open_links(folder);              // nothing: no earlier run left anything
//   keep_links(folder, merged(before, remembered(snapshot, links), now));
//
// Personal data of people who are gone, too: for as long as correlation::kRememberedFor says. Not evidence.
#pragma once

#include <optional>
#include <string>

#include "policy/base/result.h"
#include "policy/correlation/history.h"

namespace tally::archive {

class SectionReader;
class SectionWriter;

/// "<folder>/identifiers.tsi".
std::string links_path(const std::string& folder);
/// The folder is there. Kinds io and denied.
base::Result<void> keep_links(const std::string& folder, const correlation::PreviousLinks& links);
/// Kind `corrupt` when the file is not what keep_links() wrote.
base::Result<std::optional<correlation::PreviousLinks>> open_links(const std::string& folder);
/// Removes the file, if there is one. Kind io.
base::Result<void> forget_links(const std::string& folder);

/// Inner to this library: as sections of a larger archive.
void put_links(SectionWriter& sections, const std::optional<correlation::PreviousLinks>& links);
void get_links(SectionReader& sections, std::optional<correlation::PreviousLinks>& links);

}  // namespace tally::archive
