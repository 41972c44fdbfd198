#include <nlohmann/json.hpp>

#include "daemon/report/decisions.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

using Json = nlohmann::ordered_json;
using model::RequestState;

std::string clean(std::string_view text) { return base::is_utf8(text) ? std::string(text) : base::displayable(text); }

Json author(const model::Author& by) { return {{"uid", by.uid}, {"login", clean(by.login)}}; }

Json subject(const model::Subject& subject) {
  return {{"kind", model::to_string(subject.kind)},
          {"key", clean(subject.key)},
          {"label", clean(subject.label)},
          {"source", clean(subject.source)},
          {"dn", clean(subject.dn)}};
}

/// One act of a person, and the entry that says so (0: the case's own number).
Json act(const model::Author& by, base::Instant at, const std::string& reason) {
  return {{"by", author(by)}, {"at", base::format_instant(at)}, {"reason", clean(reason)}};
}

Json exemptions(const model::Decisions& decisions, base::Instant now) {
  Json list = Json::array();
  for (const model::ExemptionCase& one : decisions.exemptions) {
    const model::Exemption& exemption = one.exemption;
    Json item = {{"number", exemption.number},
                 {"state", model::to_string(one.state)},
                 {"words", state_in_words(one, now)},
                 {"rule", clean(exemption.rule)},
                 {"subject", subject(one.subject)},
                 {"until", base::format_instant(exemption.until)},
                 {"asked", act(one.asked_by, exemption.asked, exemption.reason)},
                 {"approved", nullptr},
                 {"ended", nullptr}};
    if (exemption.log_index != 0) {
      item["approved"] = act(one.approved_by, exemption.approved, "");
      item["approved"]["log_index"] = exemption.log_index;
    }
    if (one.ended != base::Instant{}) item["ended"] = act(one.ended_by, one.ended, one.ended_reason);
    list.push_back(std::move(item));
  }
  return list;
}

Json links(const model::Decisions& decisions) {
  Json list = Json::array();
  for (const model::LinkCase& one : decisions.links) {
    list.push_back({{"number", one.decision.log_index},
                    {"in_force", !one.revoked},
                    {"account", subject(one.account)},
                    {"employee_id", clean(one.decision.employee_id)},
                    {"same", one.decision.same},
                    {"decided", act(one.by, one.decision.decided, one.decision.reason)},
                    {"undone", one.revoked ? act(one.revoked_by, one.revoked_at, one.revoked_reason) : Json()}});
  }
  return list;
}

Json releases(const model::Decisions& decisions) {
  Json list = Json::array();
  for (const model::FeedRelease& one : decisions.releases) {
    const bool approved = one.state == RequestState::approved;
    list.push_back({{"number", one.number},
                    {"state", model::to_string(one.state)},
                    {"source", clean(one.source)},
                    {"run", clean(one.run)},
                    {"asked", act(one.asked_by, one.asked, one.reason)},
                    {"approved", approved ? act(one.approved_by, one.approved, "") : Json()}});
  }
  return list;
}

Json holds(const model::Decisions& decisions, base::Instant now) {
  Json list = Json::array();
  for (const model::Hold& one : decisions.holds) {
    list.push_back({{"number", one.number},
                    {"in_force", one.holds(now)},
                    {"subject_key", clean(one.subject_key)},
                    {"employee_id", clean(one.employee_id)},
                    {"until", base::format_instant(one.until)},
                    {"set", act(one.by, one.set, one.reason)},
                    {"released", one.released ? act(one.released_by, one.released_at, one.released_reason) : Json()}});
  }
  return list;
}

}  // namespace

std::string render_decisions_json(const model::Decisions& decisions, model::DecisionKind kind, base::Instant now) {
  Json out = {{"schema", "tallystick-decisions/1"}};
  switch (kind) {
    case model::DecisionKind::exemption: out["exemptions"] = exemptions(decisions, now); break;
    case model::DecisionKind::link: out["links"] = links(decisions); break;
    case model::DecisionKind::release: out["releases"] = releases(decisions); break;
    case model::DecisionKind::hold: out["holds"] = holds(decisions, now); break;
  }
  return out.dump(2) + "\n";
}

std::string render_recorded_json(const model::RecordedCommand& recorded) {
  Json log;
  if (!recorded.log_origin.empty()) {
    log = {{"origin", clean(recorded.log_origin)}, {"entry", recorded.log_index}, {"size", recorded.log_size}};
  }
  const Json out = {{"schema", "tallystick-command/1"}, {"sentence", clean(recorded.sentence)}, {"log", log}};
  return out.dump(2) + "\n";
}

}  // namespace tally::report
