#include "daemon/store/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/event.h"
#include "daemon/ledger/pruning.h"
#include "daemon/store/findings.h"
#include "daemon/store/incomplete.h"
#include "daemon/store/lapses.h"
#include "daemon/store/projection.h"
#include "daemon/store/reading.h"
#include "daemon/store/revocations.h"
#include "daemon/store/schema.h"

namespace tally::store {
namespace {

using base::Result;

Result<std::vector<model::SourceRecord>> load_sources(Database& database, const std::string& run) {
  auto statement = database.prepare("SELECT leaf, personal FROM sources WHERE run = ? ORDER BY entry");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, run);
  std::vector<model::SourceRecord> sources;
  for (;;) {
    const auto more = statement->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return sources;
    auto event = decode_as<ledger::SourceCollected>(statement->text(0), statement->text(1));
    if (!event) return tl::unexpected(event.error());
    sources.push_back(std::move(event->source));
  }
}

/// The run's sources and tallies, in the order of their entries.
Result<void> load_parts(Database& database, const std::string& run, model::RunReport& report) {
  auto sources = load_sources(database, run);
  auto tallies = database.prepare("SELECT leaf, personal FROM tallies WHERE run = ? ORDER BY entry");
  if (!sources) return tl::unexpected(sources.error());
  if (!tallies) return tl::unexpected(tallies.error());
  report.sources = std::move(*sources);
  tallies->bind(1, run);
  for (auto more = tallies->next(); !more || *more; more = tallies->next()) {
    if (!more) return tl::unexpected(more.error());
    auto event = ledger::decode(tallies->text(0), tallies->text(1));
    if (!event) return tl::unexpected(event.error());
    if (auto* shadow = std::get_if<ledger::ShadowTallied>(&*event)) {
      report.shadow.push_back(std::move(shadow->shadow));
      continue;
    }
    auto* active = std::get_if<ledger::RuleTallied>(&*event);
    if (active == nullptr)
      return base::failure(base::ErrorKind::corrupt, "an entry that tallies no rule among the tallies");
    report.tallies.push_back(std::move(active->tally));
    for (model::CannotTell& item : active->cannot_tell) report.cannot_tell.push_back(std::move(item));
  }
  return {};
}

Result<void> load_history(Database& database, std::int64_t before, model::RunReport& report) {
  auto earlier = database.prepare(
      "SELECT finished_leaf FROM runs WHERE finished_entry < ?1 ORDER BY finished_entry DESC LIMIT ?2");
  if (!earlier) return tl::unexpected(earlier.error());
  earlier->bind(1, before);
  earlier->bind(2, static_cast<std::int64_t>(model::RunReport::kMaxHistory));
  for (auto more = earlier->next(); !more || *more; more = earlier->next()) {
    if (!more) return tl::unexpected(more.error());
    auto event = decode_as<ledger::RunFinished>(earlier->text(0), {});
    if (!event) return tl::unexpected(event.error());
    report.history.push_back(std::move(event->summary));
  }
  std::reverse(report.history.begin(), report.history.end());
  return {};
}

/// The log was pruned while this store was away: what it knows of the entries that are gone is not in the log any more.
tl::unexpected<base::Error> outlived(std::uint64_t next) {
  return base::failure(base::ErrorKind::conflict,
                       fmt::format("the store ends at entry {}, which was pruned: run `tallystick rebuild`", next));
}

/// Makes the tables in an empty file; refuses a file with the tables of somebody else or of another version.
Result<void> prepare_tables(Database& database, const std::string& path) {
  // Readers need not wait for whoever writes: the mark is set with the tables, in one transaction.
  auto version = single_text(database, "PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (*version == std::to_string(kSchemaVersion)) return {};
  auto transaction = Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  version = single_text(database, "PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  const auto tables = single_text(database, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected(tables.error());
  if (*tables == "0") {
    if (auto made = database.execute(kSchema); !made) return made;
    const std::string mark = fmt::format("PRAGMA user_version = {}", kSchemaVersion);
    if (auto marked = database.execute(mark.c_str()); !marked) return marked;
  } else if (*version != std::to_string(kSchemaVersion)) {
    return base::failure(
        base::ErrorKind::conflict,
        fmt::format("store {} has schema {}, this program needs {}: delete it and run `tallystick rebuild`", path,
                    *version, kSchemaVersion));
  }
  return transaction->commit();
}

}  // namespace

Result<Store> Store::open(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return tl::unexpected(database.error());
  if (auto prepared = prepare_tables(*database, path); !prepared) return tl::unexpected(prepared.error());
  return Store(std::move(*database));
}

Result<Store> Store::in_memory() {
  auto database = Database::in_memory();
  if (!database) return tl::unexpected(database.error());
  if (auto prepared = prepare_tables(*database, "in memory"); !prepared) return tl::unexpected(prepared.error());
  return Store(std::move(*database));
}

Result<std::uint64_t> Store::next_index() {
  const auto text = single_text(database_, "SELECT next_index FROM meta");
  if (!text) return tl::unexpected(text.error());
  return std::stoull(text->empty() ? "0" : *text);
}

Result<std::uint64_t> Store::minimum() { return pruned_minimum(database_); }

Result<void> Store::project(const model::Receipt& receipt) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto added = add(receipt); !added) return added;
  return transaction->commit();
}

Result<void> Store::add(const model::Receipt& receipt) {
  const auto next = next_index();
  if (!next) return tl::unexpected(next.error());
  std::uint64_t expected = *next;
  if (receipt.pruned_from() <= expected && expected < receipt.first_index()) {
    if (expected > ledger::kFirstPrunable) return outlived(expected);
    expected = receipt.first_index();
    if (auto begun = begin_at(expected); !begun) return begun;
  }
  if (receipt.count() > 0 && receipt.first_index() > expected) {
    return base::failure(base::ErrorKind::conflict,
                         fmt::format("the store ends at entry {}, the log goes on at {}: run `tallystick rebuild`",
                                     expected, receipt.first_index()));
  }
  for (const model::RecordedEntry& entry : receipt.entries()) {
    if (entry.index < expected) continue;
    if (auto projected = project_entry(database_, entry); !projected) return projected;
    ++expected;
  }
  auto update = database_.prepare("UPDATE meta SET next_index = ?");
  if (!update) return tl::unexpected(update.error());
  update->bind(1, static_cast<std::int64_t>(expected));
  return update->run();
}

Result<void> Store::begin_at(std::uint64_t minimum) {
  for (const std::string_view table : kTables) {
    if (table == "meta") continue;
    if (auto deleted = database_.execute(fmt::format("DELETE FROM {}", table).c_str()); !deleted) return deleted;
  }
  return database_.execute(fmt::format("UPDATE meta SET minimum = {}", minimum).c_str());
}

Result<void> Store::make_again(const Entries& entries) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return tl::unexpected(transaction.error());
  // secure_delete is on: every page of an emptied table is overwritten.
  for (const char* table : kTables) {
    if (auto deleted = database_.execute(fmt::format("DELETE FROM {}", table).c_str()); !deleted) return deleted;
  }
  if (auto made = database_.execute("INSERT INTO meta VALUES (0, '', 0)"); !made) return made;
  for (;;) {
    const auto next = next_index();
    if (!next) return tl::unexpected(next.error());
    const auto receipt = entries(*next);
    if (!receipt) return tl::unexpected(receipt.error());
    if (!*receipt) break;
    if (auto added = add(**receipt); !added) return added;
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  return database_.fold();
}

namespace {

/// Of the sources of finished runs for which `which` holds the newest of each.
Result<std::map<std::string, Store::LastGood>> newest(Database& database, const std::string& which) {
  auto statement = database.prepare(("SELECT max(entry), leaf, personal FROM sources JOIN runs USING (run) WHERE "
                                     "finished_entry IS NOT NULL AND " +
                                     which + " GROUP BY name")
                                        .c_str());
  if (!statement) return tl::unexpected(statement.error());
  std::map<std::string, Store::LastGood> all;
  for (;;) {
    const auto more = statement->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return all;
    auto event = decode_as<ledger::SourceCollected>(statement->text(1), statement->text(2));
    if (!event) return tl::unexpected(event.error());
    all[event->source.name] = {event->run, event->population, std::move(event->source.segments),
                               event->source.finished};
  }
}

}  // namespace

Result<std::map<std::string, Store::LastGood>> Store::last_good() { return newest(database_, "complete = 1"); }

Result<std::map<std::string, Store::LastGood>> Store::last_good_or_released() {
  return newest(database_,
                "(complete = 1 OR EXISTS (SELECT 1 FROM releases WHERE approved = 1 AND source = name AND "
                "releases.run = sources.run))");
}

Result<std::vector<model::SourceRecord>> Store::last_sources() {
  const auto run = last_run();
  if (!run) return tl::unexpected(run.error());
  return load_sources(database_, *run);
}

Result<std::string> Store::last_run() {
  return single_text(database_,
                     "SELECT run FROM runs WHERE finished_entry IS NOT NULL ORDER BY finished_entry DESC LIMIT 1");
}

Result<std::optional<base::Instant>> Store::latest_as_of() {
  auto statement =
      database_.prepare("SELECT json_extract(finished_leaf, '$.as_of') FROM runs WHERE finished_entry IS NOT NULL");
  if (!statement) return tl::unexpected(statement.error());
  std::optional<base::Instant> latest;
  for (auto more = statement->next(); !more || *more; more = statement->next()) {
    if (!more) return tl::unexpected(more.error());
    latest = std::max(latest, base::parse_instant(statement->text(0)));
  }
  return latest;
}

Result<ledger::RunFinished> Store::finished_run(const std::string& run) {
  auto statement = database_.prepare("SELECT finished_leaf FROM runs WHERE run = ? AND finished_entry IS NOT NULL");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, run);
  const auto found = statement->next();
  if (!found) return tl::unexpected(found.error());
  if (!*found)
    return base::failure(base::ErrorKind::not_found,
                         fmt::format("no finished run is called {}{}", run, pruned_hint(database_)));
  return decode_as<ledger::RunFinished>(statement->text(0), {});
}

Result<std::optional<model::RunReport>> Store::report() {
  const auto moment = Transaction::reading(database_);
  if (!moment) return tl::unexpected(moment.error());
  auto newest = database_.prepare(
      "SELECT run, started_leaf, finished_entry, finished_leaf FROM runs WHERE finished_entry IS NOT NULL"
      " ORDER BY finished_entry DESC LIMIT 1");
  if (!newest) return tl::unexpected(newest.error());
  const auto found = newest->next();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::optional<model::RunReport>();
  auto started = decode_as<ledger::RunStarted>(newest->text(1), {});
  auto finished = decode_as<ledger::RunFinished>(newest->text(3), {});
  if (!started) return tl::unexpected(started.error());
  if (!finished) return tl::unexpected(finished.error());
  model::RunReport report;
  report.organisation = std::move(started->organisation);
  report.summary = std::move(finished->summary);
  report.populations = std::move(finished->populations);
  report.tool_version = std::move(finished->tool_version);
  report.rules_digest = std::move(finished->rules_digest);
  report.config_digest = std::move(finished->config_digest);
  report.verdict_digest = std::move(finished->verdict_digest);
  const std::int64_t entry = newest->number(2);
  report.log_index = static_cast<std::uint64_t>(entry);
  if (auto loaded = load_parts(database_, report.summary.run, report); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_history(database_, entry, report); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_incomplete(database_, entry, report); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_lapses(database_, entry, report); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_findings(database_, report); !loaded) return tl::unexpected(loaded.error());
  if (auto loaded = load_revocations(*this, report); !loaded) return tl::unexpected(loaded.error());
  auto origin = single_text(database_, "SELECT origin FROM meta");
  if (!origin) return tl::unexpected(origin.error());
  report.log_origin = std::move(*origin);
  return std::optional<model::RunReport>(std::move(report));
}

}  // namespace tally::store
