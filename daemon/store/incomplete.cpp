#include "daemon/store/incomplete.h"

#include <set>
#include <string>

#include "daemon/store/reading.h"

namespace tally::store {

base::Result<void> load_incomplete(Database& database, std::int64_t entry, model::RunReport& report) {
  for (const model::SourceRecord& source : report.sources) {
    if (source.coverage.state != model::CoverageState::complete) report.incomplete[source.name].since = source.started;
  }
  std::set<std::string> open;
  for (const auto& [name, since] : report.incomplete) open.insert(name);
  if (open.empty()) return {};
  auto rows = database.prepare(
      "SELECT name, complete, leaf FROM sources WHERE run IN (SELECT run FROM runs WHERE finished_entry < ?1 "
      "ORDER BY finished_entry DESC LIMIT ?2) ORDER BY entry DESC");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, entry);
  rows->bind(2, static_cast<std::int64_t>(model::RunReport::kMaxHistory));
  for (auto more = rows->next(); !more || *more; more = rows->next()) {
    if (!more) return tl::unexpected(more.error());
    const std::string name(rows->text(0));
    if (!open.contains(name)) continue;
    const auto event = decode_as<ledger::SourceCollected>(rows->text(2), {});
    if (!event) return tl::unexpected(event.error());
    model::Incomplete& incomplete = report.incomplete[name];
    if (rows->number(1) != 0) {
      incomplete.last_complete = event->source.finished;
      open.erase(name);
    } else {
      incomplete.since = event->source.started;
      ++incomplete.runs;
    }
  }
  return {};
}

}  // namespace tally::store
