// The reports of one run. Pure functions of a RunReport: no clock, no file, no network; the same run gives the same
// bytes.
//
//   std::ofstream("report.html") << report::render_html(run);
//   std::cout << report::render_table(run, {.width = 100, .colour = true});
//
// All of them say the same plain sentence and the same list of what could not be seen (sentence.h), and none shows data
// of a directory in a form that could act: markup, formulas, terminal control. Nothing here decides what a finding is.
#pragma once

#include <cstddef>
#include <string>

#include "policy/model/run_report.h"

namespace tally::report {

/// One HTML file that needs nothing else: no script, no image, no font, no network (its own policy forbids them).
/// Opens with the plain sentence and with what could not be seen. A large run is cut at the limits of html_limits.h,
/// and every cut is said on the page, with the place where the rest is.
std::string render_html(const model::RunReport& report);

/// CSV (RFC 4180, UTF-8, CRLF), its columns and the guard against formulas described in csv.cpp.
/// One row for each finding (open and fixed), each "cannot tell" group and each thing that could not be seen.
std::string render_csv(const model::RunReport& report);

/// JSON (RFC 8259, UTF-8) with everything in the RunReport, its fields described in json.cpp. Schema
/// "tallystick-report/1".
std::string render_json(const model::RunReport& report);

/// OCSF 1.8.0, one JSON object a line: an event of the class Compliance Finding for each finding, its fields described
/// in ocsf.cpp.
std::string render_ocsf(const model::RunReport& report);

struct TerminalStyle {
  std::size_t width = 80;  ///< columns; taken as 40 when smaller
  bool colour = false;     ///< SGR colours, always beside words
};

/// The open and fixed findings as a table that never exceeds the width; long text is wrapped, nothing is cut off.
/// Ends with what could not be seen and the plain sentence.
std::string render_table(const model::RunReport& report, TerminalStyle style);

/// One finding with everything behind it, for `tallystick explain`: facts, path, controls, fix and the log's entry.
std::string render_finding(const model::RunReport& report, const model::FindingRecord& record, TerminalStyle style);

}  // namespace tally::report
