// The table and the page of one finding for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/report/measures.h"
#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "daemon/report/terminal_text.h"
#include "daemon/report/words.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

constexpr std::size_t kNarrowest = 40;   ///< below it words break too often to be read
constexpr std::size_t kTableNeeds = 72;  ///< narrower than this, a finding is a small block instead of a row
constexpr std::size_t kSeverityColumn = 10, kRuleColumn = 9, kGap = 2;

std::string_view colour_of(model::Severity severity) {
  switch (severity) {
    case model::Severity::critical: return "1;31";
    case model::Severity::high: return "31";
    case model::Severity::medium: return "33";
    case model::Severity::low: return "36";
  }
  TALLY_ASSERT(false && "unknown Severity");
  return {};
}

std::string severity_word(model::Severity severity) {
  return std::string(shape_of(severity)) + " " + std::string(model::to_string(severity));
}

void trim(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

struct Columns {
  std::size_t who, what, since;
};

Columns columns_for(std::size_t width) {
  const std::size_t room = width - kSeverityColumn - kRuleColumn - 3 * kGap;
  const std::size_t since = room > 90 ? 22 : 13;
  const std::size_t who = std::clamp<std::size_t>((room - since) * 2 / 5, 14, 34);
  return {who, room - since - who, since};
}

void row(std::string& out, const model::FindingRecord& record, const Columns& columns, TerminalStyle style) {
  const model::Finding& finding = record.finding;
  const auto rule = wrap(base::displayable(finding.rule), kRuleColumn - 1);
  const auto who = wrap(base::displayable(who_in_short(finding.subject)), columns.who);
  const auto what = wrap(base::displayable(finding.what), columns.what);
  const auto since = wrap(base::displayable(standing_in_words(record)), columns.since);
  const std::size_t lines = std::max({rule.size(), who.size(), what.size(), since.size()});
  const auto part = [](const std::vector<std::string>& cell, std::size_t i) { return i < cell.size() ? cell[i] : ""; };
  for (std::size_t i = 0; i < lines; ++i) {
    std::string line = padded(part(rule, i), kRuleColumn) + padded(part(who, i), columns.who + kGap) +
                       padded(part(what, i), columns.what + kGap) + part(since, i);
    const std::string word =
        i == 0 ? padded(severity_word(finding.severity), kSeverityColumn) : std::string(kSeverityColumn, ' ');
    trim(line);
    out += painted(word, colour_of(finding.severity), style.colour && i == 0) + " " + line + "\n";
  }
}

void block(std::string& out, const model::FindingRecord& record, TerminalStyle style) {
  const model::Finding& finding = record.finding;
  const std::string word = severity_word(finding.severity);
  out += painted(word, colour_of(finding.severity), style.colour) + "\n";
  paragraph(out, finding.rule + ", " + standing_in_words(record), style.width, 2);
  paragraph(out, who_in_short(finding.subject), style.width, 2);
  paragraph(out, finding.what, style.width, 2);
  out += "\n";
}

void findings(std::string& out, const std::vector<model::FindingRecord>& records, TerminalStyle style) {
  if (style.width < kTableNeeds) {
    for (const model::FindingRecord& record : records) block(out, record, style);
    return;
  }
  const Columns columns = columns_for(style.width);
  const std::string head = padded("SEVERITY", kSeverityColumn) + " " + padded("RULE", kRuleColumn) +
                           padded("WHO", columns.who + kGap) + padded("WHAT", columns.what + kGap) + "SINCE";
  out += painted(head, "1", style.colour) + "\n";
  for (const model::FindingRecord& record : records) row(out, record, columns, style);
  out += "\n";
}

/// Counted apart, never left out: each with until when, by whom and why.
void exempt(std::string& out, const std::vector<model::FindingRecord>& records, TerminalStyle style) {
  if (records.empty()) return;
  out += painted("Exempt: known and accepted for a time", "1", style.colour) + "\n";
  for (const model::FindingRecord& record : records) {
    const model::Finding& finding = record.finding;
    paragraph(out,
              severity_word(finding.severity) + " " + finding.rule + ", " + who_in_short(finding.subject) + ": " +
                  finding.what,
              style.width, 4, "  -");
    if (record.exemption) paragraph(out, exemption_in_words(*record.exemption), style.width, 4);
    if (record.standing == model::Standing::exempt_not_rechecked) {
      paragraph(out, "Not re-checked: " + record.note, style.width, 4);
    }
  }
  out += "\n";
}

/// Open, and somebody works on them.
void acknowledged(std::string& out, const std::vector<model::FindingRecord>& records, TerminalStyle style) {
  if (records.empty()) return;
  out += painted("Acknowledged: open, and somebody works on them", "1", style.colour) + "\n";
  findings(out, records, style);
  for (const model::FindingRecord& record : records) {
    paragraph(out,
              record.finding.rule + ", " + who_in_short(record.finding.subject) + ": acknowledged " +
                  acknowledgement_in_words(*record.acknowledged),
              style.width, 4, "  -");
  }
  out += "\n";
}

void not_seen(std::string& out, const std::vector<Unseen>& all, TerminalStyle style) {
  if (all.empty()) return;
  out += painted("What could not be seen", "1", style.colour) + "\n";
  for (const Unseen& one : all) {
    paragraph(out, one.where + ": " + one.what + ".", style.width, 4, "  -");
    paragraph(out, one.meaning, style.width, 4);
  }
  out += "\n";
}

/// Audits around this one that never said anything.
void lapses(std::string& out, const model::RunReport& report, TerminalStyle style) {
  for (const LapsesPart& part : parts_of_lapses(report)) {
    out += painted(part.heading, "1", style.colour) + "\n";
    for (const model::Lapse* one : part.lapses) paragraph(out, one->sentence, style.width, 4, "  -");
    out += "\n";
  }
}

/// What rules in shadow would report; `tallystick report` says about whom.
void in_shadow(std::string& out, const std::vector<model::Shadow>& all, TerminalStyle style) {
  if (all.empty()) return;
  out += painted("Rules in shadow, which count for nothing yet", "1", style.colour) + "\n";
  for (const model::Shadow& one : all) {
    paragraph(out,
              one.tally.rule + ", " + one.tally.title + ": would report " + grouped(one.tally.violations) +
                  ", cannot tell " + grouped(one.tally.cannot_tell) + ".",
              style.width, 4, "  -");
  }
  out += "\n";
}

/// Reasons shown; `tallystick report` has all of them.
constexpr std::size_t kMaxReasons = 10;

void cannot_tell(std::string& out, const std::vector<model::CannotTell>& groups, TerminalStyle style) {
  if (groups.empty()) return;
  out += painted("Cannot tell", "1", style.colour) + "\n";
  for (std::size_t i = 0; i < std::min(groups.size(), kMaxReasons); ++i) {
    paragraph(out, groups[i].rule + ", " + counted(groups[i].count, "time", "times") + ": " + groups[i].reason,
              style.width, 4, "  -");
  }
  if (groups.size() > kMaxReasons) {
    paragraph(out, grouped(groups.size() - kMaxReasons) + " more reasons are in the report (tallystick report).",
              style.width, 4, "  -");
  }
  out += "\n";
}

/// Leavers shown; `tallystick report` has all of them.
constexpr std::size_t kMaxRevocations = 5;

/// Nothing when all is well: then one sentence says it.
void measures(std::string& out, const model::RunReport& report, TerminalStyle style) {
  const model::Score score = model::score_of(report.tallies);
  if (report.revocations.empty() && score.points == score.of) return;
  out += painted("Measures", "1", style.colour) + "\n";
  paragraph(out, "Score: " + score_in_words(score), style.width, 4, "  -");
  paragraph(out, revocations_in_words(report), style.width, 4, "  -");
  // Those who were out when it could first be told come last and need nobody's eye.
  const auto late = static_cast<std::size_t>(
      std::count_if(report.revocations.begin(), report.revocations.end(),
                    [](const model::Revocation& r) { return r.kept_access() || !r.access.gone; }));
  std::size_t shown = 0;
  for (const model::Revocation& r : report.revocations) {
    if (shown == kMaxRevocations) break;
    if (!r.kept_access() && r.access.gone) continue;
    ++shown;
    paragraph(out,
              fmt::format("{}: HR's part {}, IT's part {}; access {}", who_left(r), span_in_words(r.hr_delay()),
                          span_in_words(r.it_delay()), access_in_words(r)),
              style.width, 8, "      -");
  }
  if (late > shown) {
    paragraph(out, grouped(late - shown) + " more are in the report (tallystick report).", style.width, 8, "      -");
  }
  out += "\n";
}

void named(std::string& out, std::string_view name, std::string_view value, std::size_t width) {
  constexpr std::size_t kNames = 14;
  if (!value.empty()) paragraph(out, value, width, kNames, name);
}

void heading(std::string& out, std::string_view words, TerminalStyle style) {
  out += "\n" + painted(words, "1", style.colour) + "\n";
}

void facts(std::string& out, const model::Finding& finding, TerminalStyle style) {
  heading(out, "Facts", style);
  if (finding.evidence.empty()) out += "  none recorded\n";
  for (const model::Evidence& one : finding.evidence) {
    paragraph(out, one.fact + " = " + one.value, style.width, 2);
    paragraph(out, one.basis + ", " + one.source + ", read " + plain_time(one.read_at), style.width, 6);
  }
}

void path(std::string& out, const model::Finding& finding, TerminalStyle style) {
  if (finding.path.empty()) return;
  heading(out, "Path to the privilege", style);
  std::string_view lead = "  ";
  for (const std::string& step : finding.path) {
    paragraph(out, step, style.width, 5, lead);
    lead = "  → ";
  }
}

void fix(std::string& out, const model::Finding& finding, TerminalStyle style) {
  if (finding.fix.empty()) return;
  heading(out, "What to do (Tallystick changes nothing)", style);
  std::string_view rest = finding.fix;
  while (true) {
    const std::size_t end = rest.find('\n');
    paragraph(out, rest.substr(0, end), style.width, 2);
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

void record_of(std::string& out, const model::RunReport& report, const model::FindingRecord& record,
               TerminalStyle style) {
  heading(out, "On record", style);
  named(out, "Standing", standing_in_words(record), style.width);
  named(out, "Note", record.note, style.width);
  if (record.acknowledged) named(out, "Acknowledged", acknowledgement_in_words(*record.acknowledged), style.width);
  if (record.exemption && model::is_exempt(record.standing)) {
    named(out, "Exempt", exemption_in_words(*record.exemption), style.width);
  }
  named(out, "First seen", plain_time(record.first_seen), style.width);
  if (record.times_reopened > 0) named(out, "Open since", plain_time(record.open_since), style.width);
  named(out, "Last seen", plain_time(record.last_seen), style.width);
  named(out, "Fingerprint", record.finding.fingerprint, style.width);
  named(out, "Log", report.log_origin, style.width);
  named(out, "Log entry", std::to_string(record.log_index), style.width);
}

}  // namespace

std::string render_table(const model::RunReport& report, TerminalStyle style) {
  style.width = std::max(style.width, kNarrowest);
  std::string out;
  if (const auto unclaimed = open_findings(report, false); !unclaimed.empty()) findings(out, unclaimed, style);
  acknowledged(out, open_findings(report, true), style);
  exempt(out, report.exempt, style);
  if (!report.resolved.empty()) {
    out += painted("Fixed since the last run", "1", style.colour) + "\n";
    findings(out, report.resolved, style);
  }
  cannot_tell(out, report.cannot_tell, style);
  not_seen(out, unseen(report), style);
  lapses(out, report, style);
  in_shadow(out, report.shadow, style);
  measures(out, report, style);
  for (const std::string& line : wrap(plain_sentence(report), style.width)) {
    out += painted(line, "1", style.colour) + "\n";
  }
  return out;
}

std::string render_finding(const model::RunReport& report, const model::FindingRecord& record, TerminalStyle style) {
  style.width = std::max(style.width, kNarrowest);
  const model::Finding& finding = record.finding;
  std::string out = painted(severity_word(finding.severity), colour_of(finding.severity), style.colour) + "\n";
  paragraph(out, finding.rule + "  " + finding.title, style.width, 0);
  paragraph(out, finding.what, style.width, 0);
  out += "\n";
  named(out, "Who", who_in_full(finding.subject), style.width);
  named(out, "DN", finding.subject.dn, style.width);
  std::string controls;
  for (const std::string& control : finding.controls) controls += (controls.empty() ? "" : ", ") + control;
  named(out, "Controls", controls, style.width);
  facts(out, finding, style);
  path(out, finding, style);
  fix(out, finding, style);
  record_of(out, report, record, style);
  return out;
}

}  // namespace tally::report
