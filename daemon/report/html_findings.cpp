// The findings, by severity, then rule. Each is an article whose evidence is folded on the screen and open in print.
#include <algorithm>
#include <map>

#include "daemon/report/html_limits.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"

namespace tally::report {
namespace {

void path_chain(Html& html, const model::Finding& finding) {
  if (finding.path.empty()) return;
  html.leaf("h6", "Path to the privilege");
  const auto list = html.element("ol", {{"class", "path"}});
  for (const std::string& step : finding.path) html.leaf("li", step);
}

void evidence_table(Html& html, const model::Finding& finding) {
  if (finding.evidence.empty()) {
    html.leaf("p", "This finding was recorded without evidence.");
    return;
  }
  Table table(html, "Evidence", {"Fact", "Value", "Basis in the source", "Source", "Read at"});
  for (const model::Evidence& one : finding.evidence) {
    table.row({Cell::token_of(one.fact), Cell::of(one.value), Cell::code(one.basis), Cell::token_of(one.source),
               Cell::token_of(plain_time(one.read_at))});
  }
}

void particulars(Html& html, const model::FindingRecord& record) {
  const model::Finding& finding = record.finding;
  const auto list = html.element("dl", {{"class", "details"}});
  std::string controls;
  for (const std::string& control : finding.controls) controls += (controls.empty() ? "" : " · ") + control;
  detail(html, "Distinguished name", finding.subject.dn);
  detail(html, "Controls", controls);
  detail(html, "Fingerprint", finding.fingerprint);
  detail(html, "First seen", plain_time(record.first_seen));
  if (record.times_reopened > 0) {
    detail(html, "Came back",
           counted(record.times_reopened, "time", "times") + ", last " + plain_time(record.open_since));
  }
  detail(html, "Last seen", plain_time(record.last_seen));
  detail(html, "Log entry", std::to_string(record.log_index));
}

void folded_part(Html& html, const model::FindingRecord& record) {
  {
    const auto toggle = html.element("details", {{"class", "toggle"}});
    const auto summary = html.element("summary");
    html.text("Evidence, fix and log entry");
    html.leaf("span", " of " + who_in_short(record.finding.subject), {{"class", "spoken"}});
  }
  const auto body = html.element("div", {{"class", "folded"}});
  evidence_table(html, record.finding);
  path_chain(html, record.finding);
  if (!record.finding.fix.empty()) {
    html.leaf("h6", "What to do (Tallystick itself changes nothing)");
    const auto pre = html.element("pre", {{"tabindex", "0"}});
    const auto code = html.element("code");
    html.lines(record.finding.fix);
  }
  particulars(html, record);
}

void article(Html& html, const model::FindingRecord& record) {
  const model::Finding& finding = record.finding;
  const std::string severity(model::to_string(finding.severity));
  const auto whole = html.element("article", {{"id", anchor_of(finding)}, {"class", "finding " + severity}});
  {
    const auto heading = html.element("h5");
    html.leaf("span", who_in_short(finding.subject), {{"class", "who"}});
    html.leaf("span", " " + standing_in_words(record), {{"class", "standing"}});
  }
  html.leaf("p", finding.what, {{"class", "what"}});
  html.leaf("p", who_in_full(finding.subject), {{"class", "note"}});
  if (!record.note.empty()) html.leaf("p", "Note: " + record.note, {{"class", "note"}});
  if (record.acknowledged) {
    html.leaf("p", "Acknowledged " + acknowledgement_in_words(*record.acknowledged), {{"class", "note"}});
  }
  folded_part(html, record);
}

/// The findings [begin, end) of one severity and rule.
void rule_group(Html& html, const model::RunReport& report, const std::vector<bool>& full, std::size_t begin,
                std::size_t end) {
  const model::Finding& first = report.open[begin].finding;
  {
    const auto heading = html.element("h4");
    html.leaf("code", first.rule);
    html.text(" " + first.title);
    html.leaf("span", " " + counted(end - begin, "finding", "findings"), {{"class", "count"}});
  }
  std::size_t shown = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (!full[i]) continue;
    article(html, report.open[i]);
    ++shown;
  }
  left_out(html, shown, end - begin, "findings of this rule");
}

std::size_t end_of_group(const model::RunReport& report, std::size_t begin, bool by_rule) {
  const model::Finding& first = report.open[begin].finding;
  std::size_t end = begin;
  while (end < report.open.size() && report.open[end].finding.severity == first.severity &&
         (!by_rule || report.open[end].finding.rule == first.rule)) {
    ++end;
  }
  return end;
}

}  // namespace

std::vector<bool> shown_in_full(const model::RunReport& report) {
  std::vector<bool> out(report.open.size(), false);
  std::map<std::string_view, std::size_t> of_rule;
  std::size_t all = 0;
  for (std::size_t i = 0; i < out.size() && all < kMaxFindings; ++i) {
    if (++of_rule[report.open[i].finding.rule] > kMaxFindingsPerRule) continue;
    out[i] = true;
    ++all;
  }
  return out;
}

std::string anchor_of(const model::Finding& finding) { return "finding-" + finding.fingerprint; }

void findings_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "findings"}, {"aria-labelledby", "findings-h"}});
  html.leaf("h2", "Findings", {{"id", "findings-h"}});
  if (report.open.empty()) {
    html.leaf("p", "No finding is open. What could not be seen stands at the top of this page.");
    return;
  }
  const std::vector<bool> full = shown_in_full(report);
  const auto shown = static_cast<std::size_t>(std::count(full.begin(), full.end(), true));
  left_out(html, shown, report.open.size(), "findings");
  for (std::size_t begin = 0; begin < report.open.size();) {
    const std::size_t severity_end = end_of_group(report, begin, false);
    {
      const auto heading = html.element("h3");
      severity_mark(html, report.open[begin].finding.severity);
      html.leaf("span", " " + counted(severity_end - begin, "finding", "findings"), {{"class", "count"}});
    }
    while (begin < severity_end) {
      const std::size_t end = end_of_group(report, begin, true);
      rule_group(html, report, full, begin, end);
      begin = end;
    }
  }
}

}  // namespace tally::report
