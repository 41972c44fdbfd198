// The sections of the HTML report, in the order of the page. Each writes one <section> with an id and a heading; only
// html.cpp puts them together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/html_writer.h"
#include "policy/model/run_report.h"

namespace tally::report {

void summary_section(Html& html, const model::RunReport& report);
void changes_section(Html& html, const model::RunReport& report);
void findings_section(Html& html, const model::RunReport& report);
void exempt_section(Html& html, const model::RunReport& report);
void measures_section(Html& html, const model::RunReport& report);
void rules_section(Html& html, const model::RunReport& report);
/// Nothing when no rule is in shadow.
void shadow_section(Html& html, const model::RunReport& report);
void cannot_tell_section(Html& html, const model::RunReport& report);
void sources_section(Html& html, const model::RunReport& report);
void verify_section(Html& html, const model::RunReport& report);

/// Which of `report.open` (by position) are shown in full, within the limits of html_limits.h.
std::vector<bool> shown_in_full(const model::RunReport& report);

/// The id of a finding's article.
std::string anchor_of(const model::Finding& finding);

/// A name and its value, in a <dl>; nothing when the value is empty.
void detail(Html& html, std::string_view name, std::string_view value);

/// "This page shows 100 of 4,000 …; all are in the CSV and JSON reports (tallystick report --format csv)."
void left_out(Html& html, std::size_t shown, std::size_t total, std::string_view of_what);

}  // namespace tally::report
