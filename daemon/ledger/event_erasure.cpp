#include "daemon/ledger/event_erasure.h"

#include <algorithm>

#include "daemon/ledger/event_decision_json.h"
#include "daemon/ledger/event_json.h"

namespace tally::ledger {
namespace {

EventText text(std::string_view type, const Json& fields) { return {std::string(type), fields.dump(), {}, {}}; }

EventText text(std::string_view type, const Json& fields, const Json& personal, std::string subject_key) {
  return {std::string(type), fields.dump(), personal.dump(), std::move(subject_key)};
}

template <class Item>
Json first_of(const std::vector<Item>& items, std::size_t most) {
  Json out = Json::array();
  for (const Item& item : items) {
    if (out.size() < most) out.push_back(item);
  }
  return out;
}

Json what_goes(const ErasureRequested& event) {
  return {{"handles", first_of(event.handles, kMaxHandles)},
          {"subjects", event.subjects},
          {"entries", event.entries},
          {"mentions", event.mentions},
          {"runs", first_of(event.runs, kMaxKeptRuns)},
          {"reports", event.reports},
          {"basis", json_text(event.basis)},
          {"ticket", json_text(event.ticket)},
          {"uid", event.uid}};
}

ErasureRequested requested_from(const Json& fields) {
  return {fields.at("handles").get<std::vector<std::string>>(),
          fields.at("subjects"),
          fields.at("entries"),
          fields.at("mentions"),
          fields.at("runs").get<std::vector<std::string>>(),
          fields.at("reports"),
          fields.at("basis"),
          fields.at("ticket"),
          uid_from(fields)};
}

}  // namespace

EventText encode(const HoldSet& event) {
  return text(entry_type::kHoldSet, {{"until", base::format_instant(event.until)}, {"uid", event.by.uid}},
              {{"subject_key", json_text(event.subject_key)},
               {"employee_id", json_text(event.employee_id)},
               {"login", json_text(event.by.login, kMaxNameBytes)},
               {"reason", json_text(event.reason, kMaxReasonBytes)}},
              event.subject_key);
}

EventText encode(const HoldReleased& event) {
  return text(entry_type::kHoldReleased, {{"hold", event.hold}, {"uid", event.by.uid}},
              {{"subject_key", json_text(event.subject_key)},
               {"login", json_text(event.by.login, kMaxNameBytes)},
               {"reason", json_text(event.reason, kMaxReasonBytes)}},
              event.subject_key);
}

EventText encode(const ErasureRequested& event) { return text(entry_type::kErasureRequested, what_goes(event)); }

EventText encode(const ErasureRefused& event) {
  Json fields = {{"basis", json_text(event.basis)}, {"ticket", json_text(event.ticket)}, {"uid", event.uid}};
  if (!event.holds.empty()) fields["holds"] = first_of(event.holds, kMaxHandles);
  if (event.not_before) fields["not_before"] = base::format_instant(*event.not_before);
  return text(entry_type::kErasureRefused, fields);
}

EventText encode(const ErasureDone& event) {
  Json fields = what_goes(event.what);
  fields["requested"] = event.requested;
  return text(entry_type::kErasureDone, fields);
}

EventText encode(const RetentionApplied& event) {
  return text(entry_type::kRetentionApplied,
              {{"entries", event.entries}, {"runs", first_of(event.runs, kMaxKeptRuns)}});
}

std::optional<Event> erasure_event_from(const std::string& type, const Json& fields, const Json& personal) {
  if (type == entry_type::kHoldSet) {
    return HoldSet{text_from(personal, "subject_key"),
                   text_from(personal, "employee_id"),
                   text_from(personal, "reason"),
                   instant_from(fields, "until"),
                   {uid_from(fields), text_from(personal, "login")}};
  }
  if (type == entry_type::kHoldReleased) {
    return HoldReleased{fields.at("hold"),
                        text_from(personal, "subject_key"),
                        text_from(personal, "reason"),
                        {uid_from(fields), text_from(personal, "login")}};
  }
  if (type == entry_type::kErasureRequested) return requested_from(fields);
  if (type == entry_type::kErasureDone) return ErasureDone{fields.at("requested"), requested_from(fields)};
  return std::nullopt;
}

}  // namespace tally::ledger
