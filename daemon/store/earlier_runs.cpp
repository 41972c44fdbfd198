// What earlier runs left for the facts of the next one: contents and shapes of sources, audits that were not.
#include <fmt/format.h>

#include <variant>

#include "daemon/store/reading.h"
#include "daemon/store/store.h"

namespace tally::store {
namespace {

using base::Result;

Result<void> load_sources_before(Database& database, EarlierRuns& out) {
  auto rows = database.prepare(
      "SELECT name, leaf FROM sources WHERE run IN (SELECT run FROM runs WHERE finished_entry IS NOT NULL "
      "ORDER BY finished_entry DESC LIMIT ?1) ORDER BY entry DESC");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind(1, static_cast<std::int64_t>(model::RunReport::kMaxHistory));
  for (auto more = rows->next(); !more || *more; more = rows->next()) {
    if (!more) return tl::unexpected(more.error());
    auto event = decode_as<ledger::SourceCollected>(rows->text(1), {});
    if (!event) return tl::unexpected(event.error());
    const std::string name(rows->text(0));
    model::SourceRecord& source = event->source;
    if (source.coverage.state != model::CoverageState::failed) {
      out.contents[name].push_back({source.content, source.finished});
    }
    if (source.coverage.state == model::CoverageState::complete) out.last_good.try_emplace(name, std::move(source));
  }
  return {};
}

Result<void> load_lapses_since(Database& database, EarlierRuns& out) {
  auto rows =
      database.prepare("SELECT leaf FROM lapses WHERE entry > (SELECT ifnull(max(finished_entry), -1) FROM runs)");
  if (!rows) return tl::unexpected(rows.error());
  for (auto more = rows->next(); !more || *more; more = rows->next()) {
    if (!more) return tl::unexpected(more.error());
    const auto event = ledger::decode(rows->text(0), {});
    if (!event) return tl::unexpected(event.error());
    if (const auto* missed = std::get_if<ledger::ScheduleMissed>(&*event)) {
      out.missed += missed->count;
    } else {
      ++out.abandoned;
    }
  }
  return {};
}

}  // namespace

Result<EarlierRuns> Store::earlier_runs() {
  const auto moment = Transaction::reading(database_);
  if (!moment) return tl::unexpected(moment.error());
  EarlierRuns out;
  const auto last = last_summary();
  if (!last) return tl::unexpected(last.error());
  if (*last) out.last_finished = (*last)->finished;
  if (auto loaded = load_sources_before(database_, out); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_lapses_since(database_, out); !loaded) return tl::unexpected(loaded.error());
  return out;
}

}  // namespace tally::store
