#include "daemon/report/words.h"

#include "policy/base/assert.h"

namespace tally::report {

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  return grouped(n) + " " + std::string(n == 1 ? one : many);
}

namespace {

/// The first `length` characters of "2026-03-31 22:00:05", or the words for a moment that is none.
std::string cut_time(base::Instant t, std::size_t length, std::string_view zone) {
  if (t == base::Instant{} || t == base::kBeginningOfTime || t == base::kEndOfTime) return "no time recorded";
  std::string text = base::format_instant(t);
  const std::size_t separator = text.find('T');
  if (separator == std::string::npos) return text;
  text[separator] = ' ';
  return text.substr(0, separator + length) + std::string(zone);
}

}  // namespace

std::string plain_time(base::Instant t) { return cut_time(t, 9, " UTC"); }

std::string plain_minute(base::Instant t) { return cut_time(t, 6, " UTC"); }

std::string plain_day(base::Instant t) { return cut_time(t, 0, ""); }

std::string_view shape_of(model::Severity severity) {
  switch (severity) {
    case model::Severity::low: return "●";
    case model::Severity::medium: return "◆";
    case model::Severity::high: return "▲";
    case model::Severity::critical: return "■";
  }
  TALLY_ASSERT(false && "unknown Severity");
  return {};
}

std::string who_in_short(const model::Subject& subject) {
  const std::string& name = subject.label.empty() ? subject.key : subject.label;
  if (subject.kind == model::SubjectKind::source || subject.source.empty()) return name;
  return name + " (" + subject.source + ")";
}

std::string who_in_full(const model::Subject& subject) {
  if (subject.kind == model::SubjectKind::run) return subject.label;
  std::string out(model::to_string(subject.kind));
  out += " " + (subject.label.empty() ? subject.key : subject.label);
  if (subject.kind != model::SubjectKind::source && !subject.source.empty()) out += " in " + subject.source;
  const bool names_somebody_else = !subject.person_name.empty() && subject.person_name != subject.label;
  if (names_somebody_else) out += ", of " + subject.person_name;
  if (!subject.person.empty()) out += " (employee " + subject.person + ")";
  return out;
}

std::vector<LapsesPart> parts_of_lapses(const model::RunReport& report) {
  LapsesPart before{"Audits that came to nothing before this one", {}};
  LapsesPart after{"Audits that came to nothing after this one", {}};
  for (const model::Lapse& lapse : report.lapses) {
    (lapse.log_index > report.log_index ? after : before).lapses.push_back(&lapse);
  }
  std::vector<LapsesPart> parts;
  for (LapsesPart* part : {&before, &after}) {
    if (!part->lapses.empty()) parts.push_back(std::move(*part));
  }
  return parts;
}

namespace {

/// ", came back 3 times" of a finding that did.
std::string came_back(const model::FindingRecord& record) {
  if (record.times_reopened == 0) return {};
  return ", came back " + (record.times_reopened == 1 ? "once" : grouped(record.times_reopened) + " times");
}

std::string exempt_until(const model::FindingRecord& record) {
  return "exempt until " + (record.exemption ? plain_day(record.exemption->until) : std::string("an unknown time"));
}

}  // namespace

std::string standing_in_words(const model::FindingRecord& record) {
  using model::Standing;
  const std::string word(model::to_string(record.standing)), since = "open since " + plain_day(record.open_since);
  switch (record.standing) {
    case Standing::opened:
    case Standing::resolved: return word;
    case Standing::still_open: return since + came_back(record);
    case Standing::changed: return word + ", " + since + came_back(record);
    case Standing::not_rechecked: return "not re-checked, " + since + came_back(record);
    case Standing::reopened: return word + ", first seen " + plain_day(record.first_seen) + came_back(record);
    case Standing::exempted:
    case Standing::still_exempt: return exempt_until(record);
    case Standing::exempt_not_rechecked: return exempt_until(record) + ", not re-checked";
  }
  TALLY_ASSERT(false && "unknown Standing");
  return word;
}

std::string exemption_in_words(const model::Exemption& exemption) {
  return "until " + plain_minute(exemption.until) + ", asked for by " + exemption.asked_by + ", approved by " +
         exemption.approved_by + ": " + exemption.reason + " (exemption " + std::to_string(exemption.number) + ")";
}

std::string acknowledgement_in_words(const model::Acknowledgement& acknowledgement) {
  return "by " + acknowledgement.by + ", " + plain_minute(acknowledgement.at) + ": " + acknowledgement.reason +
         " (log entry " + std::to_string(acknowledgement.log_index) + ")";
}

std::vector<model::FindingRecord> open_findings(const model::RunReport& report, bool acknowledged) {
  std::vector<model::FindingRecord> out;
  for (const model::FindingRecord& record : report.open) {
    if (record.acknowledged.has_value() == acknowledged) out.push_back(record);
  }
  return out;
}

std::string path_in_words(const model::Finding& finding) {
  std::string out;
  for (const std::string& step : finding.path) out += (out.empty() ? "" : " → ") + step;
  return out;
}

}  // namespace tally::report
