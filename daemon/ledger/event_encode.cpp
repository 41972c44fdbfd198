#include <cstdlib>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/event_json.h"
#include "policy/base/assert.h"
#include "policy/model/truth_word.h"

namespace tally::ledger {
namespace {

EventText text(std::string_view type, const Json& fields) { return {std::string(type), fields.dump(), {}, {}}; }

EventText text(std::string_view type, const Json& fields, const Json& personal, std::string subject_key) {
  return {std::string(type), fields.dump(), personal.dump(), std::move(subject_key)};
}

std::string_view type_of(model::Standing standing) {
  switch (standing) {
    case model::Standing::opened: return entry_type::kFindingOpened;
    case model::Standing::changed: return entry_type::kFindingChanged;
    case model::Standing::resolved: return entry_type::kFindingResolved;
    case model::Standing::reopened: return entry_type::kFindingReopened;
    case model::Standing::exempted: return entry_type::kFindingExempted;
    case model::Standing::still_open:
    case model::Standing::not_rechecked:
    case model::Standing::still_exempt:
    case model::Standing::exempt_not_rechecked: break;
  }
  TALLY_ASSERT(false && "a finding that did not change makes no entry");
  return {};
}

Json summary_json(const model::RunSummary& summary) {
  return {{"run", summary.run},
          {"started", base::format_instant(summary.started)},
          {"finished", base::format_instant(summary.finished)},
          {"as_of", base::format_instant(summary.as_of)},
          {"complete", summary.complete},
          {"people", summary.people},
          {"accounts", summary.accounts},
          {"open",
           {{"low", summary.open[0]},
            {"medium", summary.open[1]},
            {"high", summary.open[2]},
            {"critical", summary.open[3]}}},
          {"opened", summary.opened},
          {"reopened", summary.reopened},
          {"resolved", summary.resolved},
          {"exempt", summary.exempt},
          {"cannot_tell", summary.cannot_tell}};
}

/// What the entries about one rule have in common.
struct TallyJson {
  Json fields, examples = Json::array();
  bool any_example = false;
};

TallyJson tally_json(const std::string& run, const model::RuleTally& tally,
                     const std::vector<model::CannotTell>& cannot_tell) {
  TallyJson out;
  Json reasons = Json::array();
  std::uint64_t others = 0;
  for (const model::CannotTell& item : cannot_tell) {
    if (reasons.size() == kMaxReasons) {
      others += item.count;
      continue;
    }
    reasons.push_back({{"reason", json_text(item.reason, kMaxSentenceBytes)}, {"count", item.count}});
    Json subjects = Json::array();
    for (const model::Subject& subject : item.examples) subjects.push_back(to_json(subject));
    out.any_example = out.any_example || !subjects.empty();
    out.examples.push_back(std::move(subjects));
  }
  if (others > 0) reasons.push_back({{"reason", "other reasons"}, {"count", others}});
  out.fields = {{"run", run},
                {"rule", tally.rule},
                {"title", json_text(tally.title, kMaxSentenceBytes)},
                {"severity", model::to_string(tally.severity)},
                {"about", model::to_string(tally.asks_about)},
                {"asked", tally.asked},
                {"clear", tally.clear},
                {"violations", tally.violations},
                {"cannot_tell", tally.cannot_tell},
                {"exempt", tally.exempt},
                {"reasons", std::move(reasons)}};
  return out;
}

}  // namespace

EventText encode(const RunStarted& event) {
  const Json fields = {{"run", event.run},
                       {"trigger", event.trigger},
                       {"started", base::format_instant(event.started)},
                       {"tool_version", event.tool_version},
                       {"config_digest", event.config_digest},
                       {"rules_digest", event.rules_digest},
                       {"organisation", json_text(event.organisation, kMaxSentenceBytes)}};
  if (event.asked_by.empty()) return text(entry_type::kRunStarted, fields);
  return text(entry_type::kRunStarted, fields, {{"asked_by", json_text(event.asked_by, kMaxNameBytes)}},
              "operator/" + event.asked_by);
}

EventText encode(const SourceCollected& event) {
  const model::SourceRecord& source = event.source;
  Json notes = Json::array();
  for (const std::string& note : source.notes) {
    if (notes.size() < kMaxGaps) notes.push_back(json_text(note, kMaxSentenceBytes));
  }
  Json fields = {{"run", event.run},
                 {"source", json_text(source.name, kMaxNameBytes)},
                 {"kind", source.kind == model::SourceKind::hr ? "hr" : "directory"},
                 {"connector", source.connector},
                 {"location", json_text(source.location, kMaxLocationBytes)},
                 {"query", json_text(source.query, kMaxQueryBytes)},
                 {"started", base::format_instant(source.started)},
                 {"finished", base::format_instant(source.finished)},
                 {"sha256", source.content.hex()},
                 {"bytes", source.bytes},
                 {"population", event.population},
                 {"notes", std::move(notes)},
                 {"coverage", to_json(source.coverage)}};
  if (source.produced) fields["produced"] = base::format_instant(*source.produced);
  // Nothing in an entry is below zero.
  if (source.clock_skew) {
    fields[source.clock_skew->count() < 0 ? "clock_behind_us" : "clock_ahead_us"] =
        std::abs(source.clock_skew->count());
  }
  for (const auto& [name, value] : source.shape) {
    fields["shape"][json_text(name, kMaxNameBytes)] = json_text(value, kMaxSentenceBytes);
  }
  if (source.in_force_since) fields["in_force_since"] = base::format_instant(*source.in_force_since);
  Json personal = Json::object();
  if (!source.coverage.rejects.empty()) personal["rejects"] = to_json(source.coverage.rejects);
  if (!source.segments.empty()) personal["segments"] = to_json(source.segments);
  if (personal.empty()) return text(entry_type::kSourceCollected, fields);
  return text(entry_type::kSourceCollected, fields, personal, "run/" + event.run + "/source/" + source.name);
}

bool opens(const FindingEvent& event) {
  // Entry 0 is the genesis: no finding.
  return event.record.standing == model::Standing::opened ||
         (event.record.standing == model::Standing::exempted && event.record.opened_index == 0);
}

EventText encode(const FindingEvent& event) {
  const model::FindingRecord& record = event.record;
  Json fields = {
      {"run", event.run}, {"rule", record.finding.rule}, {"severity", model::to_string(record.finding.severity)}};
  if (!opens(event)) fields["opened"] = record.opened_index;
  if (record.standing == model::Standing::exempted) fields["exemption"] = event.exemption;
  return text(type_of(record.standing), fields,
              {{"finding", to_json(record.finding)}, {"note", json_text(record.note)}}, record.finding.subject.key);
}

EventText encode(const FindingsNotRechecked& event) {
  TALLY_ASSERT(event.opened.size() <= kMaxNotRechecked);
  Json fields = {{"run", event.run}, {"note", json_text(event.note, kMaxSentenceBytes)}, {"opened", event.opened}};
  if (event.exempt) fields["exempt"] = true;
  return text(entry_type::kFindingsNotRechecked, fields);
}

EventText encode(const RuleTallied& event) {
  TallyJson json = tally_json(event.run, event.tally, event.cannot_tell);
  if (!json.any_example) return text(entry_type::kRuleTallied, json.fields);
  return text(entry_type::kRuleTallied, json.fields, {{"examples", std::move(json.examples)}},
              "run/" + event.run + "/rule/" + event.tally.rule);
}

EventText encode(const ShadowTallied& event) {
  const model::Shadow& shadow = event.shadow;
  TallyJson json = tally_json(event.run, shadow.tally, shadow.cannot_tell);
  if (!json.any_example && shadow.hits.empty()) return text(entry_type::kShadowTallied, json.fields);
  Json hits = Json::array();
  for (const model::ShadowHit& hit : shadow.hits) {
    hits.push_back({{"subject", to_json(hit.subject)},
                    {"severity", model::to_string(hit.severity)},
                    {"what", json_text(hit.what, kMaxSentenceBytes)}});
  }
  return text(entry_type::kShadowTallied, json.fields,
              {{"examples", std::move(json.examples)}, {"hits", std::move(hits)}},
              "run/" + event.run + "/rule/" + shadow.tally.rule);
}

EventText encode(const LeaverFollowed& event) {
  Json fields = {{"run", event.run}, {"access", model::to_string(event.revocation.access.there)}};
  if (event.first != 0) fields["first"] = event.first;
  return text(entry_type::kLeaverFollowed, fields, {{"leaver", to_json(event.revocation)}}, event.revocation.key);
}

EventText encode(const RunFinished& event) {
  Json fields = summary_json(event.summary);
  Json populations = Json::array();
  for (const model::Population& population : event.populations) populations.push_back(to_json(population));
  fields["previous_run"] = event.previous_run;
  fields["populations"] = std::move(populations);
  fields["tool_version"] = event.tool_version;
  fields["config_digest"] = event.config_digest;
  fields["rules_digest"] = event.rules_digest;
  fields["verdict_digest"] = event.verdict_digest;
  if (!event.snapshot_digest.empty()) fields["snapshot_digest"] = event.snapshot_digest;
  return text(entry_type::kRunFinished, fields);
}

EventText encode(const RunAbandoned& event) {
  return text(entry_type::kRunAbandoned, {{"run", event.run}, {"reason", json_text(event.reason, kMaxSentenceBytes)}});
}

EventText encode(const ScheduleMissed& event) {
  TALLY_ASSERT(event.due.size() <= kMaxDue);
  Json due = Json::array();
  for (const base::Instant moment : event.due) due.push_back(base::format_instant(moment));
  return text(entry_type::kScheduleMissed, {{"count", event.count},
                                            {"first", base::format_instant(event.first)},
                                            {"last", base::format_instant(event.last)},
                                            {"due", std::move(due)},
                                            {"reason", json_text(event.reason, kMaxSentenceBytes)},
                                            {"made_up", event.made_up}});
}

EventText encode(const ConfigurationAccepted& event) {
  return text(entry_type::kConfigurationAccepted, {{"config_digest", event.config_digest},
                                                   {"rules_digest", event.rules_digest},
                                                   {"schedule", json_text(event.schedule, kMaxSentenceBytes)}});
}

}  // namespace tally::ledger
