#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/verifier/report_text.h"

namespace tally::verifier {
namespace {

using Json = nlohmann::ordered_json;
using ledger::VerifyReport;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}
Json moment(const std::optional<base::Instant>& at) { return at ? Json(base::format_instant(*at)) : Json(); }

const char* verdict_of(const VerifyReport& report) {
  if (!report.ok()) return "broken";
  return report.stale.empty() ? "verifies" : "stale";
}

Json pruned_of(const VerifyReport& report) {
  if (!report.pruned) return {};
  const ledger::PrunedBy& by = report.pruned->by;
  return {{"entries", report.pruned->entries},
          {"first", ledger::kFirstPrunable},
          {"last", by.what.minimum - 1},
          {"policy", by.what.policy.hex()},
          {"by_entry", by.entry}};
}

Json problems_of(const VerifyReport& report) {
  Json problems = Json::array();
  for (const ledger::Problem& one : report.problems) {
    problems.push_back({{"path", one.path}, {"entry", or_null(one.index)}, {"message", one.message}});
  }
  return problems;
}

}  // namespace

void print_json(const VerifyReport& report, int exit_code, const std::vector<std::string>& more_notes,
                std::ostream& out) {
  Json notes = report.notes;
  for (const std::string& note : more_notes) notes.push_back(note);
  const Json witness = {{"size", or_null(report.witnessed_size)}, {"time", moment(report.witness_time)}};
  const Json json = {
      {"schema", "tallystick-verify/1"},
      {"verdict", verdict_of(report)},
      {"exit_code", exit_code},
      {"log", report.origin},
      {"size", report.size},
      {"root", report.root.hex()},
      {"entries",
       {{"checked", report.entries_checked},
        {"verified_earlier", report.first_checked},
        {"bytes", report.bytes_checked},
        {"from", moment(report.first_time)},
        {"to", moment(report.last_time)}}},
      {"epochs",
       {{"closed", report.epochs_closed},
        {"by_seal_alone", report.epochs_by_seal_alone},
        {"certified", report.certified}}},
      {"witness", report.witnessed_size ? witness : Json()},
      {"stale", report.stale.empty() ? Json() : Json(report.stale)},
      {"pruned", pruned_of(report)},
      {"problems", problems_of(report)},
      {"first_bad_entry", or_null(report.first_bad_index)},
      {"last_good_size", report.last_good_size},
      {"notes", notes},
  };
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace tally::verifier
