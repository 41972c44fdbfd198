#include "daemon/store/revocations.h"

#include <algorithm>
#include <map>
#include <string>

#include "daemon/store/reading.h"
#include "policy/model/run_report.h"

namespace tally::store {
namespace {

using base::Instant;
using base::Result;

/// As-of times of the finished runs: by identifier, and of the run before each.
struct Runs {
  std::map<std::string, Instant, std::less<>> as_of;
  std::map<Instant, Instant> before;

  [[nodiscard]] Instant before_run_at(Instant as_of_run) const {
    const auto found = before.find(as_of_run);
    return found == before.end() ? base::kBeginningOfTime : found->second;
  }
};

Result<Runs> load_runs(Database& database) {
  auto statement = database.prepare(
      "SELECT run, json_extract(finished_leaf, '$.as_of') FROM runs WHERE finished_entry IS NOT NULL"
      " ORDER BY finished_entry");
  if (!statement) return tl::unexpected(statement.error());
  Runs runs;
  Instant last = base::kBeginningOfTime;
  for (auto more = statement->next(); !more || *more; more = statement->next()) {
    if (!more) return tl::unexpected(more.error());
    const auto as_of = base::parse_instant(statement->text(1));
    if (!as_of) continue;
    runs.as_of.emplace(statement->text(0), *as_of);
    runs.before.emplace(*as_of, std::min(last, *as_of));
    last = *as_of;
  }
  return runs;
}

}  // namespace

Result<std::vector<model::Revocation>> load_revocations(Database& database, Instant as_of) {
  const auto runs = load_runs(database);
  if (!runs) return tl::unexpected(runs.error());
  auto statement = database.prepare(
      "SELECT leaf, personal, first_seen, last_seen, open, run FROM findings"
      " WHERE personal LIKE '%\"person.left_at\"%' ORDER BY opened");
  if (!statement) return tl::unexpected(statement.error());
  std::vector<model::LeaverFinding> findings;
  for (auto more = statement->next(); !more || *more; more = statement->next()) {
    if (!more) return tl::unexpected(more.error());
    auto event = decode_as<ledger::FindingEvent>(statement->text(0), statement->text(1));
    if (!event) return tl::unexpected(event.error());
    const auto first = base::parse_instant(statement->text(2)), last = base::parse_instant(statement->text(3));
    if (!first || !last) continue;  // of a run that did not finish: it does not count
    model::LeaverFinding one{std::move(event->record.finding), runs->before_run_at(*first), *first, *last, {}};
    const auto resolved = runs->as_of.find(statement->text(5));
    if (statement->number(4) == 0 && resolved != runs->as_of.end()) one.resolved = resolved->second;
    findings.push_back(std::move(one));
  }
  std::vector<model::Revocation> all = model::revocations(findings, as_of);
  std::erase_if(all, [&](const model::Revocation& r) {
    return r.access_gone && r.access_gone->latest + model::RunReport::kRevocationsFor < as_of;
  });
  return all;
}

}  // namespace tally::store
