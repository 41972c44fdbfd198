// The summary in figures and charts, and what changed since the run before.
#include <algorithm>
#include <array>

#include "daemon/report/charts.h"
#include "daemon/report/html_limits.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"

namespace tally::report {
namespace {

using model::Severity;
using model::Standing;

constexpr std::array kWorstFirst = {Severity::critical, Severity::high, Severity::medium, Severity::low};

Shade shade_of(Severity severity) {
  constexpr std::array kShades = {Shade::low, Shade::medium, Shade::high, Shade::critical};
  return kShades.at(static_cast<std::size_t>(severity));
}

std::array<std::uint64_t, 4> open_by_severity(const model::RunReport& report) {
  std::array<std::uint64_t, 4> out{};
  for (const model::FindingRecord& record : report.open) ++out.at(static_cast<std::size_t>(record.finding.severity));
  return out;
}

void severity_boxes(Html& html, const std::array<std::uint64_t, 4>& counts) {
  const auto list = html.element("ul", {{"class", "boxes"}, {"aria-label", "Open findings by severity"}});
  for (const Severity severity : kWorstFirst) {
    const auto box = html.element("li", {{"class", "box"}});
    html.leaf("span", grouped(counts.at(static_cast<std::size_t>(severity))), {{"class", "figure"}});
    severity_mark(html, severity);
  }
}

void severity_chart(Html& html, const std::array<std::uint64_t, 4>& counts) {
  StackedBar chart{.title = "Open findings by severity", .segments = {}};
  for (const Severity severity : kWorstFirst) {
    chart.segments.push_back({std::string(model::to_string(severity)), std::string(shape_of(severity)),
                              counts.at(static_cast<std::size_t>(severity)), shade_of(severity)});
  }
  stacked_bar(html, chart);
}

void scope_figures(Html& html, const model::RunReport& report) {
  const model::RunSummary& run = report.summary;
  const auto complete = std::count_if(report.sources.begin(), report.sources.end(), [](const auto& source) {
    return source.coverage.state == model::CoverageState::complete;
  });
  const auto list = html.element("dl", {{"class", "details"}});
  detail(html, "People read", grouped(run.people));
  detail(html, "Accounts read", grouped(run.accounts));
  detail(html, "Sources read in full", std::to_string(complete) + " of " + std::to_string(report.sources.size()));
  detail(html, "Rules asked", grouped(report.tallies.size()));
  detail(html, "Checks without an answer", grouped(run.cannot_tell));
  detail(html, "Run", run.run + ", " + plain_time(run.started) + " to " + plain_time(run.finished));
}

std::uint64_t open_in(const model::RunSummary& run) { return run.open[0] + run.open[1] + run.open[2] + run.open[3]; }

void history(Html& html, const model::RunReport& report) {
  html.leaf("h3", "Over time");
  if (report.history.empty()) {
    html.leaf("p", "This is the first run in this log, so there is nothing to compare it with.");
    return;
  }
  std::vector<model::RunSummary> runs = report.history;
  runs.push_back(report.summary);
  Sparkline chart{
      .title = "Open findings in the last " + counted(runs.size(), "run", "runs"), .values = {}, .labels = {}};
  for (const model::RunSummary& run : runs) {
    chart.values.push_back(open_in(run));
    chart.labels.push_back(plain_day(run.as_of));
  }
  sparkline(html, chart);
  html.leaf("p", chart.title + ", oldest on the left.", {{"class", "note"}});
  {
    const auto toggle = html.element("details", {{"class", "toggle"}});
    html.leaf("summary", "The same as a table");
  }
  const auto body = html.element("div", {{"class", "folded"}});
  Table table(html, "Open findings by run",
              {"As of", Heading::number("Critical"), Heading::number("High"), Heading::number("Medium"),
               Heading::number("Low"), Heading::number("New"), Heading::number("Reopened"), Heading::number("Fixed"),
               Heading::number("Exempt"), Heading::number("Cannot tell"), "Complete"});
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    table.row({Cell::token_of(plain_minute(run->as_of)), Cell::number(run->open[3]), Cell::number(run->open[2]),
               Cell::number(run->open[1]), Cell::number(run->open[0]), Cell::number(run->opened),
               Cell::number(run->reopened), Cell::number(run->resolved), Cell::number(run->exempt),
               Cell::number(run->cannot_tell), Cell::of(run->complete ? "yes" : "no")});
  }
}

struct Change {
  Standing standing;
  std::string_view heading;
  std::string_view explains;
  bool listed;
};

constexpr std::array kChanges = {
    Change{Standing::opened, "New", "Never found before.", true},
    Change{Standing::reopened, "Reopened", "Was fixed, or was exempt, and is back.", true},
    Change{Standing::changed, "Changed", "Open before, now with other evidence or another severity.", true},
    Change{Standing::not_rechecked, "Not re-checked", "Open before; this run could not tell, so they stay open.", true},
    Change{Standing::still_open, "Still open", "Open before, the same now.", false},
    Change{Standing::resolved, "Fixed", "Open before; this run saw that they are no more.", true},
    Change{Standing::exempted, "Exempt", "Accepted for a time; newly, or with other evidence.", false},
    Change{Standing::still_exempt, "Still exempt", "Exempt before, the same now.", false},
    Change{Standing::exempt_not_rechecked, "Exempt, not re-checked", "Exempt before; this run could not tell.", false},
};

std::vector<const model::FindingRecord*> standing_so(const model::RunReport& report, Standing standing) {
  std::vector<const model::FindingRecord*> out;
  const auto& records = standing == Standing::resolved ? report.resolved
                        : model::is_exempt(standing)   ? report.exempt
                                                       : report.open;
  for (const model::FindingRecord& record : records) {
    if (standing == Standing::resolved || record.standing == standing) out.push_back(&record);
  }
  return out;
}

void change_list(Html& html, const Change& change, const std::vector<const model::FindingRecord*>& records,
                 const std::vector<const model::FindingRecord*>& linkable) {
  html.leaf("h3", std::string(change.heading) + " (" + grouped(records.size()) + ")");
  const bool has_note = change.standing == Standing::not_rechecked || change.standing == Standing::resolved ||
                        change.standing == Standing::reopened;
  {
    Table table(html, change.explains, {"Severity", "Rule", "Who", Heading(has_note ? "Why" : "What"), "First seen"});
    for (std::size_t i = 0; i < std::min(records.size(), kMaxListed); ++i) {
      const model::FindingRecord& record = *records[i];
      const model::Finding& finding = record.finding;
      const std::string who = who_in_short(finding.subject);
      const bool on_page = std::find(linkable.begin(), linkable.end(), &record) != linkable.end();
      table.row({Cell::severity(finding.severity), Cell::token_of(finding.rule),
                 on_page ? Cell::link(Url::fragment(anchor_of(finding)), who) : Cell::of(who),
                 Cell::of(has_note && !record.note.empty() ? record.note : finding.what),
                 Cell::token_of(plain_minute(record.first_seen))});
    }
  }
  left_out(html, std::min(records.size(), kMaxListed), records.size(), "findings in this list");
}

}  // namespace

void summary_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "summary"}, {"aria-labelledby", "summary-h"}});
  html.leaf("h2", "Summary", {{"id", "summary-h"}});
  const auto counts = open_by_severity(report);
  std::string sentence =
      counted(report.open.size(), "finding is", "findings are") + " open as of " + plain_minute(report.summary.as_of);
  if (const auto known = open_findings(report, true); !known.empty()) {
    sentence += ", " + grouped(known.size()) + " of them acknowledged";
  }
  if (!report.exempt.empty()) sentence += "; " + grouped(report.exempt.size()) + " more are exempt";
  html.leaf("p", sentence + ".");
  severity_boxes(html, counts);
  severity_chart(html, counts);
  scope_figures(html, report);
  history(html, report);
}

void changes_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "changes"}, {"aria-labelledby", "changes-h"}});
  html.leaf("h2", report.history.empty() ? "First run: everything open is new" : "Since the last run",
            {{"id", "changes-h"}});
  {
    Table table(html, "Findings beside the run before", {"Standing", Heading::number("Findings"), "Meaning"});
    for (const Change& change : kChanges) {
      table.row({Cell::token_of(change.heading), Cell::number(standing_so(report, change.standing).size()),
                 Cell::of(change.explains)});
    }
  }
  for (const LapsesPart& part : parts_of_lapses(report)) {
    Table table(html, part.heading, {"What happened", "Recorded", "Log entry"});
    for (const model::Lapse* lapse : part.lapses) {
      table.row({Cell::of(lapse->sentence), Cell::of(base::format_instant(lapse->at)),
                 Cell::of(std::to_string(lapse->log_index))});
    }
  }
  std::vector<const model::FindingRecord*> on_page;
  const std::vector<bool> full = shown_in_full(report);
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (full[i]) on_page.push_back(&report.open[i]);
  }
  for (const Change& change : kChanges) {
    const bool all_are_new = change.standing == Standing::opened && report.history.empty();
    const auto records = standing_so(report, change.standing);
    if (change.listed && !all_are_new && !records.empty()) change_list(html, change, records, on_page);
  }
}

}  // namespace tally::report
