#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/event_decision_json.h"
#include "daemon/ledger/event_json.h"
#include "daemon/ledger/lines.h"

namespace tally::ledger {
namespace {

RunStarted run_started_from(const Json& fields, const Json& personal) {
  return {fields.at("run"),
          fields.at("trigger"),
          instant_from(fields, "started"),
          fields.at("tool_version"),
          fields.at("config_digest"),
          fields.at("rules_digest"),
          text_from(fields, "organisation"),
          text_from(personal, "asked_by")};
}

SourceCollected source_collected_from(const Json& fields, const Json& personal) {
  SourceCollected event;
  event.run = fields.at("run");
  event.population = fields.at("population");
  model::SourceRecord& source = event.source;
  source.name = fields.at("source");
  source.kind = fields.at("kind") == "hr" ? model::SourceKind::hr : model::SourceKind::directory;
  source.connector = fields.at("connector");
  source.location = fields.at("location");
  source.query = fields.at("query");
  source.started = instant_from(fields, "started");
  source.finished = instant_from(fields, "finished");
  const auto digest = base::Digest::from_hex(fields.at("sha256").get<std::string>());
  if (!digest) throw std::invalid_argument("member \"sha256\" is no digest");
  source.content = *digest;
  source.bytes = fields.at("bytes");
  if (fields.contains("produced")) source.produced = instant_from(fields, "produced");
  if (fields.contains("clock_ahead_us")) source.clock_skew = base::Duration(fields.at("clock_ahead_us"));
  if (fields.contains("clock_behind_us")) source.clock_skew = -base::Duration(fields.at("clock_behind_us"));
  if (fields.contains("shape")) source.shape = fields.at("shape").get<std::map<std::string, std::string>>();
  source.notes = fields.at("notes").get<std::vector<std::string>>();
  source.coverage = coverage_from(fields.at("coverage"));
  if (fields.contains("in_force_since")) source.in_force_since = instant_from(fields, "in_force_since");
  if (personal.contains("rejects")) source.coverage.rejects = rejects_from(personal.at("rejects"));
  if (personal.contains("segments")) source.segments = segments_from(personal.at("segments"));
  return event;
}

/// What is left of a finding whose personal values were erased.
model::Finding erased_finding(const Json& fields) {
  model::Finding finding;
  finding.rule = fields.at("rule");
  finding.severity = severity_from(fields.at("severity"));
  finding.subject.label = "(erased)";
  finding.what = "The personal data of this finding was erased.";
  return finding;
}

FindingEvent finding_event_from(std::string_view type, const Json& fields, const Json& personal) {
  FindingEvent event;
  event.run = fields.at("run");
  if (type == entry_type::kFindingChanged) event.record.standing = model::Standing::changed;
  if (type == entry_type::kFindingResolved) event.record.standing = model::Standing::resolved;
  if (type == entry_type::kFindingReopened) event.record.standing = model::Standing::reopened;
  if (type == entry_type::kFindingExempted) {
    event.record.standing = model::Standing::exempted;
    event.exemption = fields.at("exemption");
  }
  if (fields.contains("opened")) event.record.opened_index = fields.at("opened");
  event.record.finding = personal.contains("finding") ? finding_from(personal.at("finding")) : erased_finding(fields);
  event.record.note = text_from(personal, "note");
  return event;
}

model::RuleTally tally_from(const Json& fields) {
  return {fields.at("rule"),
          fields.at("title"),
          severity_from(fields.at("severity")),
          subject_kind_from(fields.at("about")),
          fields.at("asked"),
          fields.at("clear"),
          fields.at("violations"),
          fields.at("cannot_tell"),
          count_from(fields, "exempt")};
}

std::vector<model::CannotTell> reasons_from(const std::string& rule, const Json& fields, const Json& personal) {
  std::vector<model::CannotTell> reasons;
  const Json examples = personal.value("examples", Json::array());
  for (std::size_t i = 0; i < fields.at("reasons").size(); ++i) {
    const Json& reason = fields.at("reasons")[i];
    model::CannotTell item{rule, reason.at("reason"), reason.at("count"), {}};
    if (i < examples.size()) {
      for (const Json& subject : examples[i]) item.examples.push_back(subject_from(subject));
    }
    reasons.push_back(std::move(item));
  }
  return reasons;
}

RuleTallied rule_tallied_from(const Json& fields, const Json& personal) {
  RuleTallied event{fields.at("run"), tally_from(fields), {}};
  event.cannot_tell = reasons_from(event.tally.rule, fields, personal);
  return event;
}

ShadowTallied shadow_tallied_from(const Json& fields, const Json& personal) {
  ShadowTallied event{fields.at("run"), {tally_from(fields), {}, {}}};
  event.shadow.cannot_tell = reasons_from(event.shadow.tally.rule, fields, personal);
  for (const Json& hit : personal.value("hits", Json::array())) {
    event.shadow.hits.push_back({subject_from(hit.at("subject")), severity_from(hit.at("severity")), hit.at("what")});
  }
  return event;
}

LeaverFollowed leaver_followed_from(const Json& fields, const Json& personal) {
  LeaverFollowed event{fields.at("run"), count_from(fields, "first"), {}};
  if (personal.contains("leaver")) event.revocation = revocation_from(personal.at("leaver"));
  event.revocation.access.there = truth_from(fields.at("access"));
  return event;
}

RunFinished run_finished_from(const Json& fields) {
  RunFinished event;
  model::RunSummary& summary = event.summary;
  summary.run = fields.at("run");
  summary.started = instant_from(fields, "started");
  summary.finished = instant_from(fields, "finished");
  summary.as_of = instant_from(fields, "as_of");
  summary.complete = fields.at("complete");
  summary.people = fields.at("people");
  summary.accounts = fields.at("accounts");
  int i = 0;
  for (const char* severity : {"low", "medium", "high", "critical"}) summary.open[i++] = fields.at("open").at(severity);
  summary.opened = fields.at("opened");
  summary.resolved = fields.at("resolved");
  summary.cannot_tell = fields.at("cannot_tell");
  summary.reopened = count_from(fields, "reopened");
  summary.exempt = count_from(fields, "exempt");
  event.previous_run = fields.at("previous_run");
  for (const Json& item : fields.at("populations")) event.populations.push_back(population_from(item));
  event.tool_version = fields.at("tool_version");
  event.config_digest = fields.at("config_digest");
  event.rules_digest = fields.at("rules_digest");
  event.verdict_digest = fields.at("verdict_digest");
  event.snapshot_digest = fields.value("snapshot_digest", "");
  return event;
}

ScheduleMissed schedule_missed_from(const Json& fields) {
  ScheduleMissed event;
  event.count = fields.at("count");
  event.first = instant_from(fields, "first");
  event.last = instant_from(fields, "last");
  for (const Json& due : fields.at("due")) {
    const auto moment = base::parse_instant(due.get<std::string>());
    if (!moment) throw std::invalid_argument("member \"due\" holds no time");
    event.due.push_back(*moment);
  }
  event.reason = fields.at("reason");
  event.made_up = fields.at("made_up");
  return event;
}

/// Entries about the auditing itself, or of people, rather than about what an audit saw.
Event service_event_from(const std::string& type, const Json& fields, const Json& personal) {
  if (type == entry_type::kRunAbandoned) return RunAbandoned{fields.at("run"), fields.at("reason")};
  if (type == entry_type::kScheduleMissed) return schedule_missed_from(fields);
  if (type == entry_type::kConfigurationAccepted) {
    return ConfigurationAccepted{fields.at("config_digest"), fields.at("rules_digest"), fields.at("schedule")};
  }
  if (auto decision = decision_event_from(type, fields, personal)) return std::move(*decision);
  if (auto erasure = erasure_event_from(type, fields, personal)) return std::move(*erasure);
  return OtherEvent{type};
}

Event event_from(const std::string& type, const Json& fields, const Json& personal) {
  if (type == entry_type::kRunStarted) return run_started_from(fields, personal);
  if (type == entry_type::kSourceCollected) return source_collected_from(fields, personal);
  if (type == entry_type::kFindingsNotRechecked) {
    return FindingsNotRechecked{fields.at("run"), fields.at("note"),
                                fields.at("opened").get<std::vector<std::uint64_t>>(), flag_from(fields, "exempt")};
  }
  if (type == entry_type::kRuleTallied) return rule_tallied_from(fields, personal);
  if (type == entry_type::kShadowTallied) return shadow_tallied_from(fields, personal);
  if (type == entry_type::kLeaverFollowed) return leaver_followed_from(fields, personal);
  if (type == entry_type::kRunFinished) return run_finished_from(fields);
  if (type == entry_type::kFindingOpened || type == entry_type::kFindingChanged ||
      type == entry_type::kFindingResolved || type == entry_type::kFindingReopened ||
      type == entry_type::kFindingExempted) {
    return finding_event_from(type, fields, personal);
  }
  return service_event_from(type, fields, personal);
}

/// Counts, lines, indexes: nothing in an event of ours is below zero, and nlohmann reads -1 as the largest count.
bool has_negative(const Json& value) {
  if (value.is_number_integer() && !value.is_number_unsigned()) return value.get<std::int64_t>() < 0;
  return value.is_structured() && std::any_of(value.begin(), value.end(), has_negative);
}

}  // namespace

base::Result<Event> decode(std::string_view leaf, std::string_view personal) {
  const auto fields = parse_leaf(leaf);
  if (!fields) return tl::unexpected(fields.error());
  const auto entry = entry_from(*fields);
  if (!entry) return tl::unexpected(entry.error());
  const auto values = personal.empty() ? base::Result<Json>(Json::object()) : parse_canonical(personal);
  if (!values) {
    return base::failure(base::ErrorKind::malformed,
                         fmt::format("personal values of a {}: {}", entry->type, values.error().message));
  }
  try {
    Event event = event_from(entry->type, *fields, *values);
    const bool ours = !std::holds_alternative<OtherEvent>(event);
    if (ours && (has_negative(*fields) || has_negative(*values))) throw std::invalid_argument("a number is below zero");
    return event;
  } catch (const std::exception& trouble) {
    return base::failure(base::ErrorKind::malformed, fmt::format("entry of type {}: {}", entry->type, trouble.what()));
  }
}

std::optional<std::uint64_t> first_entry_of(std::string_view run) {
  constexpr std::string_view kPrefix = "run-";
  if (!run.starts_with(kPrefix)) return std::nullopt;
  return parse_decimal(run.substr(kPrefix.size()));
}

}  // namespace tally::ledger
