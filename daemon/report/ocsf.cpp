// OCSF 1.8.0: the findings as events of the class Compliance Finding (class_uid 2003), one JSON object a line.
//
//   activity_id   1 found for the first time, 2 any other standing, 3 fixed;  status_id  1 new, 2 open before, 3
//   exempt,
//                 4 fixed
//   time          as-of time of the run, in milliseconds;  metadata.sequence  the entry of the log that says it last
//   finding_info  uid: the fingerprint;  compliance  control: the rule, standards: the controls, status_id 3 (fail) for
//                 all but a fixed one
//   resources     the subject, with its owner;  evidences  data: fact, value, basis, source, read_at
//
// What a run could not tell makes no event: report.json has it.
#include <nlohmann/json.hpp>

#include "daemon/report/render.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

using Json = nlohmann::ordered_json;
using model::FindingRecord;
using model::Standing;

std::string exact(std::string_view text) { return base::is_utf8(text) ? std::string(text) : base::displayable(text); }

std::int64_t milliseconds(base::Instant time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// OCSF counts from 1, "informational".
int severity_id(model::Severity severity) { return static_cast<int>(severity) + 2; }

int activity_id(Standing standing) {
  if (standing == Standing::opened) return 1;
  return standing == Standing::resolved ? 3 : 2;
}

int status_id(Standing standing) {
  if (standing == Standing::opened) return 1;
  if (standing == Standing::resolved) return 4;
  return model::is_exempt(standing) ? 3 : 2;
}

Json resource(const model::Subject& subject) {
  Json out = {{"uid", exact(subject.key)},
              {"name", exact(subject.label)},
              {"type", model::to_string(subject.kind)},
              {"namespace", exact(subject.source)}};
  if (!subject.person.empty() || !subject.person_name.empty()) {
    out["owner"] = {{"uid", exact(subject.person)}, {"full_name", exact(subject.person_name)}};
  }
  return out;
}

Json evidences(const std::vector<model::Evidence>& all) {
  Json out = Json::array();
  for (const model::Evidence& one : all) {
    out.push_back({{"name", exact(one.fact)},
                   {"data",
                    {{"fact", exact(one.fact)},
                     {"value", exact(one.value)},
                     {"basis", exact(one.basis)},
                     {"source", exact(one.source)},
                     {"read_at", base::format_instant(one.read_at)}}}});
  }
  return out;
}

Json event(const model::RunReport& report, const FindingRecord& record) {
  const model::Finding& finding = record.finding;
  const bool is_fixed = record.standing == Standing::resolved;
  Json standards = Json::array();
  for (const std::string& control : finding.controls) standards.push_back(exact(control));
  const Json product = {{"name", "Tallystick"}, {"vendor_name", "Tallystick"}, {"version", exact(report.tool_version)}};
  return {{"activity_id", activity_id(record.standing)},
          {"category_uid", 2},
          {"class_uid", 2003},
          {"type_uid", 200300 + activity_id(record.standing)},
          {"severity_id", severity_id(finding.severity)},
          {"status_id", status_id(record.standing)},
          {"time", milliseconds(report.summary.as_of)},
          {"message", exact(finding.what)},
          {"metadata",
           {{"version", "1.8.0"},
            {"product", product},
            {"log_name", exact(report.log_origin)},
            {"sequence", record.log_index},
            {"correlation_uid", exact(report.summary.run)}}},
          {"finding_info",
           {{"uid", exact(finding.fingerprint)},
            {"title", exact(finding.title)},
            {"desc", exact(finding.what)},
            {"first_seen_time", milliseconds(record.first_seen)},
            {"last_seen_time", milliseconds(record.last_seen)}}},
          {"compliance",
           {{"control", exact(finding.rule)},
            {"standards", std::move(standards)},
            {"status_id", is_fixed ? 1 : 3},
            {"status", is_fixed ? "Pass" : "Fail"}}},
          {"resources", Json::array({resource(finding.subject)})},
          {"evidences", evidences(finding.evidence)},
          {"remediation", {{"desc", exact(finding.fix)}}}};
}

}  // namespace

std::string render_ocsf(const model::RunReport& report) {
  std::string out;
  for (const auto* list : {&report.open, &report.exempt, &report.resolved}) {
    for (const FindingRecord& record : *list) out += event(report, record).dump() + "\n";
  }
  return out;
}

}  // namespace tally::report
