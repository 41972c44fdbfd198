// The JSON of a leaver who is followed.
#include <stdexcept>

#include "daemon/ledger/event_json.h"
#include "policy/model/truth_word.h"

namespace tally::ledger {
namespace {

using model::Revocation;
using model::Truth;

void put(Json& json, const char* member, const std::optional<base::Bounds>& bounds) {
  if (bounds) json[member] = base::format_bounds(*bounds);
}

std::optional<base::Bounds> bounds_from(const Json& json, const char* member) {
  if (!json.contains(member)) return std::nullopt;
  const auto bounds = base::parse_bounds(json.at(member).get<std::string>());
  if (!bounds) throw std::invalid_argument("member \"" + std::string(member) + "\" is no time");
  return bounds;
}

base::Bounds required_bounds(const Json& json, const char* member) {
  const auto bounds = bounds_from(json, member);
  if (!bounds) throw std::invalid_argument("member \"" + std::string(member) + "\" is missing");
  return *bounds;
}

Json to_json(const model::Holding& holding) {
  Json json = {{"there", model::to_string(holding.there)}};
  if (holding.last_seen) json["last_seen"] = base::format_instant(*holding.last_seen);
  put(json, "gone", holding.gone);
  put(json, "back", holding.back);
  return json;
}

model::Holding holding_from(const Json& json) {
  model::Holding holding{truth_from(json.at("there")), std::nullopt, bounds_from(json, "gone"),
                         bounds_from(json, "back")};
  if (json.contains("last_seen")) holding.last_seen = instant_from(json, "last_seen");
  return holding;
}

}  // namespace

Truth truth_from(const std::string& word) {
  for (const Truth truth : {Truth::yes, Truth::no, Truth::unknown}) {
    if (model::to_string(truth) == word) return truth;
  }
  throw std::invalid_argument("unknown word \"" + word + "\"");
}

Json to_json(const Revocation& r) {
  Json json = {{"key", json_text(r.key)},
               {"employee_id", json_text(r.employee_id)},
               {"name", json_text(r.name)},
               {"left", base::format_bounds(r.left)},
               {"seen", base::format_bounds(r.seen)},
               {"accounts", r.accounts},
               {"worked", r.worked},
               {"access", to_json(r.access)},
               {"groups", to_json(r.groups)},
               {"recalled", r.recalled},
               {"until", base::format_instant(r.until)},
               {"looked", base::format_instant(r.looked)}};
  put(json, "last_working_day", r.last_working_day);
  put(json, "entered", r.entered);
  if (!r.access_told.empty()) json["access_told"] = json_text(r.access_told);
  return json;
}

Revocation revocation_from(const Json& json) {
  Revocation r;
  r.key = json.at("key");
  r.employee_id = json.at("employee_id");
  r.name = json.at("name");
  r.left = required_bounds(json, "left");
  r.last_working_day = bounds_from(json, "last_working_day");
  r.entered = bounds_from(json, "entered");
  r.seen = required_bounds(json, "seen");
  r.accounts = json.at("accounts");
  r.worked = json.at("worked").get<std::vector<std::string>>();
  r.access = holding_from(json.at("access"));
  r.groups = holding_from(json.at("groups"));
  r.recalled = json.at("recalled");
  r.until = instant_from(json, "until");
  r.looked = instant_from(json, "looked");
  if (json.contains("access_told")) r.access_told = json.at("access_told").get<std::string>();
  return r;
}

}  // namespace tally::ledger
