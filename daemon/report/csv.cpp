// CSV: RFC 4180, UTF-8 without a byte order mark, CRLF, one header row, every row with all columns.
//
//   kind          finding | exempt | fixed | cannot-tell | not-seen | shadow (a rule that is tried out and counts for
//                 nothing: count is what it would report). A file without "finding" rows is an all-clear only when it
//                 has no
//                 "cannot-tell" and no "not-seen" rows either.
//   standing      new, still open, changed, reopened, "open, not re-checked", fixed, exempt, still exempt, "exempt, not
//                 re-checked"; empty for the other kinds
//   severity, rule, title
//   subject_kind, subject, subject_key, source, dn, person, person_name
//   what          the sentence; for cannot-tell the reason; for not-seen what is missing
//   count         1; for cannot-tell the number of subjects
//   evidence      "fact = value [basis; source; read at]", joined by " | "; for cannot-tell the first subjects
//   path          joined by " → ";  controls: joined by "; ";  fix: may have several lines
//   note, first_seen, last_seen (RFC 3339), fingerprint, log_index
//   open_since, times_reopened; acknowledged_by, acknowledged_at, acknowledged_reason of an open finding that somebody
//   works on; exemption (its number), exempt_until, exempt_asked_by, exempt_approved_by, exempt_reason of an exempt one
//
// A spreadsheet runs what begins like a formula. Values that start with = + - @, a tab, CR or LF, or the full-width
// forms of the first four get a leading apostrophe, which spreadsheets read as "this is text". Control characters,
// bidirectional overrides and ill-formed bytes are written as base::displayable shows them.
#include <array>
#include <string_view>
#include <vector>

#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "daemon/report/words.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

constexpr std::array<std::string_view, 33> kColumns = {"kind",
                                                       "standing",
                                                       "severity",
                                                       "rule",
                                                       "title",
                                                       "subject_kind",
                                                       "subject",
                                                       "subject_key",
                                                       "source",
                                                       "dn",
                                                       "person",
                                                       "person_name",
                                                       "what",
                                                       "count",
                                                       "evidence",
                                                       "path",
                                                       "controls",
                                                       "fix",
                                                       "note",
                                                       "first_seen",
                                                       "last_seen",
                                                       "fingerprint",
                                                       "log_index",
                                                       "open_since",
                                                       "times_reopened",
                                                       "acknowledged_by",
                                                       "acknowledged_at",
                                                       "acknowledged_reason",
                                                       "exemption",
                                                       "exempt_until",
                                                       "exempt_asked_by",
                                                       "exempt_approved_by",
                                                       "exempt_reason"};

bool looks_like_a_formula(std::string_view text) {
  for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}) {
    if (text.substr(0, start.size()) == start) return true;
  }
  return false;
}

/// base::displayable for each line; line feeds stay.
std::string displayable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += base::displayable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string field(std::string_view raw) {
  std::string text = displayable_lines(raw);
  if (looks_like_a_formula(raw)) text.insert(0, "'");
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

/// One row, filled by column name; what is not set stays empty.
class Row {
 public:
  explicit Row(std::string_view kind) : values_(kColumns.size()) { set("kind", kind); }

  Row& set(std::string_view column, std::string_view value) {
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (kColumns[i] == column) values_[i] = value;
    }
    return *this;
  }

  void write(std::string& out) const {
    for (std::size_t i = 0; i < values_.size(); ++i) out += (i == 0 ? "" : ",") + field(values_[i]);
    out += "\r\n";
  }

 private:
  std::vector<std::string> values_;
};

std::string evidence_of(const model::Finding& finding) {
  std::string out;
  for (const model::Evidence& one : finding.evidence) {
    out += (out.empty() ? "" : " | ") + one.fact + " = " + one.value + " [" + one.basis + "; " + one.source + "; " +
           base::format_instant(one.read_at) + "]";
  }
  return out;
}

void set_subject(Row& row, const model::Subject& subject) {
  row.set("subject_kind", model::to_string(subject.kind)).set("subject", subject.label).set("subject_key", subject.key);
  row.set("source", subject.source).set("dn", subject.dn);
  row.set("person", subject.person).set("person_name", subject.person_name);
}

/// What people decided about it.
void set_decisions(Row& row, const model::FindingRecord& record) {
  if (const auto& acknowledged = record.acknowledged) {
    row.set("acknowledged_by", acknowledged->by).set("acknowledged_at", base::format_instant(acknowledged->at));
    row.set("acknowledged_reason", acknowledged->reason);
  }
  if (!record.exemption || !model::is_exempt(record.standing)) return;
  const model::Exemption& exemption = *record.exemption;
  row.set("exemption", std::to_string(exemption.number));
  row.set("exempt_until", base::format_instant(exemption.until)).set("exempt_reason", exemption.reason);
  row.set("exempt_asked_by", exemption.asked_by).set("exempt_approved_by", exemption.approved_by);
}

void finding_row(std::string& out, const model::FindingRecord& record, std::string_view kind) {
  const model::Finding& finding = record.finding;
  std::string controls;
  for (const std::string& control : finding.controls) controls += (controls.empty() ? "" : "; ") + control;
  Row row(kind);
  row.set("standing", model::to_string(record.standing)).set("severity", model::to_string(finding.severity));
  row.set("rule", finding.rule).set("title", finding.title);
  set_subject(row, finding.subject);
  row.set("what", finding.what).set("count", "1").set("evidence", evidence_of(finding));
  row.set("path", path_in_words(finding)).set("controls", controls).set("fix", finding.fix).set("note", record.note);
  row.set("first_seen", base::format_instant(record.first_seen));
  row.set("last_seen", base::format_instant(record.last_seen));
  row.set("fingerprint", finding.fingerprint).set("log_index", std::to_string(record.log_index));
  row.set("open_since", base::format_instant(record.open_since));
  row.set("times_reopened", std::to_string(record.times_reopened));
  set_decisions(row, record);
  row.write(out);
}

void cannot_tell_row(std::string& out, const model::RunReport& report, const model::CannotTell& group) {
  std::string examples;
  for (const model::Subject& subject : group.examples) examples += (examples.empty() ? "" : " | ") + subject.key;
  Row row("cannot-tell");
  for (const model::RuleTally& tally : report.tallies) {
    if (tally.rule == group.rule) row.set("title", tally.title).set("severity", model::to_string(tally.severity));
  }
  row.set("rule", group.rule).set("what", group.reason).set("count", std::to_string(group.count));
  row.set("evidence", examples).write(out);
}

void shadow_row(std::string& out, const model::Shadow& shadow) {
  std::string hits;
  for (const model::ShadowHit& hit : shadow.hits) hits += (hits.empty() ? "" : " | ") + hit.subject.key;
  Row row("shadow");
  row.set("rule", shadow.tally.rule).set("title", shadow.tally.title);
  row.set("severity", model::to_string(shadow.tally.severity)).set("count", std::to_string(shadow.tally.violations));
  row.set("evidence", hits).write(out);
}

}  // namespace

std::string render_csv(const model::RunReport& report) {
  std::string out;
  for (const std::string_view column : kColumns) out += (out.empty() ? "" : ",") + std::string(column);
  out += "\r\n";
  for (const model::FindingRecord& record : report.open) finding_row(out, record, "finding");
  for (const model::FindingRecord& record : report.exempt) finding_row(out, record, "exempt");
  for (const model::FindingRecord& record : report.resolved) finding_row(out, record, "fixed");
  for (const model::CannotTell& group : report.cannot_tell) cannot_tell_row(out, report, group);
  for (const Unseen& one : unseen(report)) {
    Row("not-seen").set("subject", one.where).set("what", one.what).set("note", one.meaning).write(out);
  }
  for (const model::Shadow& shadow : report.shadow) shadow_row(out, shadow);
  return out;
}

}  // namespace tally::report
