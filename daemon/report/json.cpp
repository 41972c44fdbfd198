// JSON: one object, everything in the RunReport. Field names are stable: within "tallystick-report/1" fields are only
// added.
//
//   schema         "tallystick-report/1"
//   sentence       the plain sentence;   unseen: [{kind, where, what, meaning, count}], empty only when everything was
//   seen organisation, tool_version run            {run, started, finished, as_of, complete, people, accounts, open:
//   {low, medium, high, critical}, opened, reopened,
//                  resolved, exempt, cannot_tell}
//   findings       open ones: {fingerprint, rule, severity, title, what, standing, note, first_seen, last_seen,
//                  open_since, times_reopened, acknowledged (null or {by, at, reason, log_index}), exemption (null or
//                  {number, until, reason, asked_by, asked, approved_by, approved, log_index}), log_index,
//                  subject: {kind, key, label, source, dn, person, person_name},
//                  evidence: [{fact, value, basis, source, read_at}], path: [], controls: [], fix, content}
//   exempt         the same for those that an exemption covers: found, and not counted as open
//   resolved       the same for those that this run resolved
//   rules          [{rule, title, severity, asks_about, asked, clear, violations, cannot_tell, exempt}]
//   cannot_tell    [{rule, reason, count, examples: [subject]}]
//   sources        [{name, kind, connector, location, query, started, finished, sha256, bytes, notes: [], coverage:
//   {state,
//                  gaps: [{kind, sentence}], records_read, records_counted (null when there was no second count),
//                  counted_by, rejects_total, rejects: [{line, column, value, reason, whole_record}]},
//                  incomplete (null when it was completely seen): {since, runs (one after the other, this one
//                  included), last_complete (null: not in the runs that are kept in view)},
//                  coverage_statement (for people)}]
//   populations    [{source, total, parts: [{name, count}], ties_out}]
//   revocations    who left, or lost access, within 90 days, and who left before and has access still: [{person,
//                  person_name, accounts, access (yes, no, unknown), kept_access (seen with access after the end),
//                  left, last_working_day, entered (null: HR does not tell), seen, access_gone (null: still there, or
//                  cannot be told), access_told (which deleted objects told it; null: runs saw it, or
//                  the accounts that are left tell), access_back (null: it did not come back), entitlements_gone: each
//                  {earliest, latest}, hr_delay, feed_delay (null without entered), it_delay, outlived (access, after
//                  the end): {least_seconds, most_seconds}}]
//   score          {percent, points, of, rules: [{rule, weight, clear, asked}]}
//   lapses         audits since the run before that came to nothing, those after this one too (their log_index is
//                  larger than log.index): [{kind: abandoned or missed, recorded, sentence, log_index}]
//   history        earlier runs, oldest first, each as `run`
//   log            {origin, key, index};   digests: {rules, config, verdict}
//
// Times are RFC 3339 in UTC, counts are integers. Strings are exact; one that is not UTF-8 is written as
// base::displayable shows it, because JSON cannot hold it.
#include <nlohmann/json.hpp>

#include "daemon/report/coverage_statement.h"
#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "policy/model/score.h"
#include "policy/model/truth_word.h"

namespace tally::report {
namespace {

using Json = nlohmann::ordered_json;

std::string exact(std::string_view text) { return base::is_utf8(text) ? std::string(text) : base::displayable(text); }

Json texts(const std::vector<std::string>& all) {
  Json out = Json::array();
  for (const std::string& one : all) out.push_back(exact(one));
  return out;
}

std::string_view to_string(Unseen::Kind kind) {
  switch (kind) {
    case Unseen::Kind::failed: return "failed";
    case Unseen::Kind::doubtful: return "doubtful";
    case Unseen::Kind::partial: return "partial";
    case Unseen::Kind::values: return "values";
    case Unseen::Kind::population: return "population";
    case Unseen::Kind::unanswered: return "unanswered";
    case Unseen::Kind::unlisted: return "unlisted";
    case Unseen::Kind::run: return "run";
  }
  TALLY_ASSERT(false && "unknown Unseen::Kind");
  return {};
}

Json json_of(const model::Subject& subject) {
  return {{"kind", model::to_string(subject.kind)},   {"key", exact(subject.key)}, {"label", exact(subject.label)},
          {"source", exact(subject.source)},          {"dn", exact(subject.dn)},   {"person", exact(subject.person)},
          {"person_name", exact(subject.person_name)}};
}

Json json_of(const model::Evidence& one) {
  return {{"fact", exact(one.fact)},
          {"value", exact(one.value)},
          {"basis", exact(one.basis)},
          {"source", exact(one.source)},
          {"read_at", base::format_instant(one.read_at)}};
}

// Declared before all_of, which must find them.
Json json_of(const model::FindingRecord& value);
Json json_of(const model::RunSummary& value);
Json json_of(const model::RuleTally& value);
Json json_of(const model::CannotTell& value);
Json json_of(const model::ShadowHit& value);
Json json_of(const model::Shadow& value);
Json json_of(const model::Gap& value);
Json json_of(const model::Reject& value);
Json json_of(const model::Population& value);
Json json_of(const Unseen& value);
Json json_of(const model::Lapse& value);
Json json_of(const model::Revocation& value);

template <class T>
Json all_of(const std::vector<T>& values) {
  Json out = Json::array();
  for (const T& value : values) out.push_back(json_of(value));
  return out;
}

Json acknowledgement_of(const model::FindingRecord& record) {
  if (!record.acknowledged) return nullptr;
  return {{"by", exact(record.acknowledged->by)},
          {"at", base::format_instant(record.acknowledged->at)},
          {"reason", exact(record.acknowledged->reason)},
          {"log_index", record.acknowledged->log_index}};
}

Json exemption_of(const model::FindingRecord& record) {
  if (!record.exemption || !model::is_exempt(record.standing)) return nullptr;
  const model::Exemption& exemption = *record.exemption;
  return {{"number", exemption.number},
          {"until", base::format_instant(exemption.until)},
          {"reason", exact(exemption.reason)},
          {"asked_by", exact(exemption.asked_by)},
          {"asked", base::format_instant(exemption.asked)},
          {"approved_by", exact(exemption.approved_by)},
          {"approved", base::format_instant(exemption.approved)},
          {"log_index", exemption.log_index}};
}

Json json_of(const model::FindingRecord& record) {
  const model::Finding& finding = record.finding;
  return {{"fingerprint", exact(finding.fingerprint)},
          {"rule", exact(finding.rule)},
          {"severity", model::to_string(finding.severity)},
          {"title", exact(finding.title)},
          {"what", exact(finding.what)},
          {"standing", model::to_string(record.standing)},
          {"note", exact(record.note)},
          {"first_seen", base::format_instant(record.first_seen)},
          {"last_seen", base::format_instant(record.last_seen)},
          {"open_since", base::format_instant(record.open_since)},
          {"times_reopened", record.times_reopened},
          {"acknowledged", acknowledgement_of(record)},
          {"exemption", exemption_of(record)},
          {"log_index", record.log_index},
          {"subject", json_of(finding.subject)},
          {"evidence", all_of(finding.evidence)},
          {"path", texts(finding.path)},
          {"controls", texts(finding.controls)},
          {"fix", exact(finding.fix)},
          {"content", exact(finding.content)}};
}

Json json_of(const model::RunSummary& run) {
  return {{"run", exact(run.run)},
          {"started", base::format_instant(run.started)},
          {"finished", base::format_instant(run.finished)},
          {"as_of", base::format_instant(run.as_of)},
          {"complete", run.complete},
          {"people", run.people},
          {"accounts", run.accounts},
          {"open", {{"low", run.open[0]}, {"medium", run.open[1]}, {"high", run.open[2]}, {"critical", run.open[3]}}},
          {"opened", run.opened},
          {"reopened", run.reopened},
          {"resolved", run.resolved},
          {"exempt", run.exempt},
          {"cannot_tell", run.cannot_tell}};
}

Json json_of(const model::RuleTally& tally) {
  return {{"rule", exact(tally.rule)},
          {"title", exact(tally.title)},
          {"severity", model::to_string(tally.severity)},
          {"asks_about", model::to_string(tally.asks_about)},
          {"asked", tally.asked},
          {"clear", tally.clear},
          {"violations", tally.violations},
          {"cannot_tell", tally.cannot_tell},
          {"exempt", tally.exempt}};
}

Json json_of(const model::CannotTell& group) {
  return {{"rule", exact(group.rule)},
          {"reason", exact(group.reason)},
          {"count", group.count},
          {"examples", all_of(group.examples)}};
}

Json json_of(const model::ShadowHit& hit) {
  return {{"subject", json_of(hit.subject)}, {"severity", model::to_string(hit.severity)}, {"what", exact(hit.what)}};
}

Json json_of(const model::Shadow& shadow) {
  Json out = json_of(shadow.tally);
  out["hits"] = all_of(shadow.hits);
  out["reasons"] = all_of(shadow.cannot_tell);
  return out;
}

Json json_of(const model::Gap& gap) {
  return {{"kind", model::to_string(gap.kind)}, {"sentence", exact(gap.sentence)}};
}

Json json_of(const model::Reject& reject) {
  return {{"line", reject.line},
          {"column", exact(reject.column)},
          {"value", exact(reject.value)},
          {"reason", exact(reject.reason)},
          {"whole_record", reject.whole_record}};
}

Json json_of(const model::Coverage& coverage) {
  Json counted = nullptr;
  if (coverage.records_counted) counted = *coverage.records_counted;
  return {{"state", model::to_string(coverage.state)}, {"gaps", all_of(coverage.gaps)},
          {"records_read", coverage.records_read},     {"records_counted", counted},
          {"counted_by", exact(coverage.counted_by)},  {"rejects_total", coverage.rejects_total},
          {"rejects", all_of(coverage.rejects)}};
}

Json json_of(const model::Incomplete* incomplete) {
  if (incomplete == nullptr) return nullptr;
  Json last = nullptr;
  if (incomplete->last_complete) last = base::format_instant(*incomplete->last_complete);
  return {{"since", base::format_instant(incomplete->since)}, {"runs", incomplete->runs}, {"last_complete", last}};
}

Json source_json(const model::RunReport& report, const model::SourceRecord& source) {
  const model::Incomplete* incomplete = incomplete_of(report, source);
  return {{"name", exact(source.name)},
          {"kind", source.kind == model::SourceKind::hr ? "hr" : "directory"},
          {"connector", exact(source.connector)},
          {"location", exact(source.location)},
          {"query", exact(source.query)},
          {"started", base::format_instant(source.started)},
          {"finished", base::format_instant(source.finished)},
          {"sha256", source.content.hex()},
          {"bytes", source.bytes},
          {"notes", texts(source.notes)},
          {"coverage", json_of(source.coverage)},
          {"incomplete", json_of(incomplete)},
          {"coverage_statement", coverage_statement(source, incomplete)}};
}

Json sources_json(const model::RunReport& report) {
  Json out = Json::array();
  for (const model::SourceRecord& source : report.sources) out.push_back(source_json(report, source));
  return out;
}

Json json_of(const model::Population& population) {
  Json parts = Json::array();
  for (const auto& [name, count] : population.parts) parts.push_back(Json{{"name", exact(name)}, {"count", count}});
  return {{"source", exact(population.source)},
          {"total", population.total},
          {"parts", parts},
          {"ties_out", population.ties_out()}};
}

Json json_of(const Unseen& one) {
  return {{"kind", to_string(one.kind)},
          {"where", exact(one.where)},
          {"what", exact(one.what)},
          {"meaning", exact(one.meaning)},
          {"count", one.count}};
}

Json json_of(const model::Lapse& lapse) {
  return {{"kind", lapse.kind == model::Lapse::Kind::missed ? "missed" : "abandoned"},
          {"recorded", base::format_instant(lapse.at)},
          {"sentence", exact(lapse.sentence)},
          {"log_index", lapse.log_index}};
}

/// A moment as it is known; null where it has no bound on that side.
Json json_of(const base::Bounds& bounds) {
  const auto side = [](base::Instant t, base::Instant open) {
    return t == open ? Json(nullptr) : Json(base::format_instant(t));
  };
  return {{"earliest", side(bounds.earliest, base::kBeginningOfTime)},
          {"latest", side(bounds.latest, base::kEndOfTime)}};
}

Json json_of(const model::Span& span) {
  using std::chrono::seconds;
  return {{"least_seconds", std::chrono::floor<seconds>(span.least).count()},
          {"most_seconds",
           span.most >= model::Span::kUnbounded ? Json(nullptr) : Json(std::chrono::ceil<seconds>(span.most).count())}};
}

Json json_of(const std::optional<base::Bounds>& bounds) { return bounds ? json_of(*bounds) : Json(nullptr); }

Json json_of(const model::Revocation& r) {
  return {{"person", exact(r.employee_id)},
          {"person_name", exact(r.name)},
          {"accounts", r.accounts},
          {"left", json_of(r.left)},
          {"last_working_day", json_of(r.last_working_day)},
          {"entered", json_of(r.entered)},
          {"seen", json_of(r.seen)},
          {"access", model::to_string(r.access.there)},
          {"kept_access", r.kept_access()},
          {"access_gone", json_of(r.access.gone)},
          {"access_told", r.access_told.empty() ? Json(nullptr) : Json(exact(r.access_told))},
          {"access_back", json_of(r.access.back)},
          {"entitlements_gone", json_of(r.groups.gone)},
          {"hr_delay", json_of(r.hr_delay())},
          {"feed_delay", r.feed_delay() ? json_of(*r.feed_delay()) : Json(nullptr)},
          {"it_delay", json_of(r.it_delay())},
          {"outlived", json_of(r.outlived())}};
}

Json json_of(const model::Score& score) {
  Json rows = Json::array();
  for (const model::Score::Row& row : score.rows) {
    rows.push_back(Json{{"rule", exact(row.rule)}, {"weight", row.weight}, {"clear", row.clear}, {"asked", row.asked}});
  }
  return {{"percent", score.percent()}, {"points", score.points}, {"of", score.of}, {"rules", rows}};
}

}  // namespace

std::string render_json(const model::RunReport& report) {
  const Json log = {{"origin", exact(report.log_origin)}, {"key", exact(report.log_key)}, {"index", report.log_index}};
  const Json digests = {{"rules", exact(report.rules_digest)},
                        {"config", exact(report.config_digest)},
                        {"verdict", exact(report.verdict_digest)}};
  const Json out = {{"schema", "tallystick-report/1"},
                    {"sentence", exact(plain_sentence(report))},
                    {"unseen", all_of(unseen(report))},
                    {"organisation", exact(report.organisation)},
                    {"tool_version", exact(report.tool_version)},
                    {"run", json_of(report.summary)},
                    {"findings", all_of(report.open)},
                    {"exempt", all_of(report.exempt)},
                    {"resolved", all_of(report.resolved)},
                    {"rules", all_of(report.tallies)},
                    {"shadow", all_of(report.shadow)},
                    {"cannot_tell", all_of(report.cannot_tell)},
                    {"sources", sources_json(report)},
                    {"populations", all_of(report.populations)},
                    {"revocations", all_of(report.revocations)},
                    {"score", json_of(model::score_of(report.tallies))},
                    {"lapses", all_of(report.lapses)},
                    {"history", all_of(report.history)},
                    {"log", log},
                    {"digests", digests}};
  return out.dump(2) + "\n";
}

}  // namespace tally::report
