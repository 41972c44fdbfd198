#include "daemon/store/lapses.h"

#include <fmt/format.h>

#include <variant>

#include "daemon/store/reading.h"
#include "daemon/store/store.h"

namespace tally::store {
namespace {

using base::Result;

std::string sentence_of(const ledger::RunAbandoned& event) {
  return fmt::format("{} began and was abandoned: {}.", event.run, event.reason);
}

std::string sentence_of(const ledger::ScheduleMissed& event) {
  const std::string when = event.count == 1 ? "due " + base::format_instant(event.first)
                                            : fmt::format("due between {} and {}", base::format_instant(event.first),
                                                          base::format_instant(event.last));
  return fmt::format("{} missed, {}: {}. {}",
                     event.count == 1 ? "1 audit was" : fmt::format("{} audits were", event.count), when, event.reason,
                     event.made_up ? "One audit was started in their place." : "None was made up for.");
}

Result<model::Lapse> lapse_of_row(const Statement& row) {
  model::Lapse lapse;
  lapse.log_index = static_cast<std::uint64_t>(row.number(0));
  lapse.at = base::parse_instant(row.text(1)).value_or(base::Instant{});
  const auto event = ledger::decode(row.text(2), {});
  if (!event) return tl::unexpected(event.error());
  if (const auto* abandoned = std::get_if<ledger::RunAbandoned>(&*event)) {
    lapse.kind = model::Lapse::Kind::abandoned;
    lapse.sentence = sentence_of(*abandoned);
  } else if (const auto* missed = std::get_if<ledger::ScheduleMissed>(&*event)) {
    lapse.kind = model::Lapse::Kind::missed;
    lapse.sentence = sentence_of(*missed);
  } else {
    return base::failure(base::ErrorKind::corrupt, "store: an entry of the wrong type; rebuild the store");
  }
  return lapse;
}

Result<std::vector<std::string>> texts(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  std::vector<std::string> out;
  for (;;) {
    const auto more = statement->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return out;
    out.emplace_back(statement->text(0));
  }
}

}  // namespace

Result<void> load_lapses(Database& database, std::int64_t entry, model::RunReport& report) {
  auto statement = database.prepare(
      "SELECT entry, at, leaf FROM lapses WHERE entry > "
      "(SELECT ifnull(max(finished_entry), -1) FROM runs WHERE finished_entry < ?1) ORDER BY entry");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, entry);
  for (auto more = statement->next(); !more || *more; more = statement->next()) {
    if (!more) return tl::unexpected(more.error());
    auto lapse = lapse_of_row(*statement);
    if (!lapse) return tl::unexpected(lapse.error());
    report.lapses.push_back(std::move(*lapse));
  }
  return {};
}

Result<std::optional<model::RunSummary>> Store::last_summary() {
  const auto leaf = single_text(database_,
                                "SELECT finished_leaf FROM runs WHERE finished_entry IS NOT NULL"
                                " ORDER BY finished_entry DESC LIMIT 1");
  if (!leaf) return tl::unexpected(leaf.error());
  if (leaf->empty()) return std::optional<model::RunSummary>();
  auto event = decode_as<ledger::RunFinished>(*leaf, {});
  if (!event) return tl::unexpected(event.error());
  return std::optional<model::RunSummary>(std::move(event->summary));
}

Result<std::vector<std::string>> Store::unfinished_runs() {
  return texts(database_,
               "SELECT run FROM runs WHERE finished_entry IS NULL AND run NOT IN (SELECT run FROM lapses)"
               " ORDER BY rowid");
}

Result<std::uint64_t> Store::abandoned_in_a_row() {
  const auto count = single_text(database_,
                                 "SELECT count(*) FROM runs WHERE run IN (SELECT run FROM lapses) AND rowid > "
                                 "(SELECT ifnull(max(rowid), 0) FROM runs WHERE finished_entry IS NOT NULL)");
  if (!count) return tl::unexpected(count.error());
  return std::stoull(*count);
}

Result<bool> Store::owes_an_audit() {
  const auto count = single_text(database_,
                                 "SELECT count(*) FROM lapses WHERE run = '' AND entry > "
                                 "(SELECT ifnull(max(finished_entry), -1) FROM runs)");
  if (!count) return tl::unexpected(count.error());
  return *count != "0";
}

Result<std::optional<base::Instant>> Store::schedule_known_until() {
  // Times are RFC 3339 in UTC; with fractions or without, julianday() compares them alike.
  const auto text = single_text(database_,
                                "SELECT at FROM (SELECT json_extract(started_leaf, '$.ts') AS at FROM runs WHERE "
                                "json_extract(started_leaf, '$.trigger') LIKE 'schedule%' UNION ALL SELECT at FROM "
                                "lapses WHERE run = '' UNION ALL SELECT at FROM configurations) "
                                "ORDER BY julianday(at) DESC LIMIT 1");
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return std::optional<base::Instant>();
  const auto known = base::parse_instant(*text);
  if (!known) return base::failure(base::ErrorKind::corrupt, "store: a time that is none; rebuild the store");
  return known;
}

Result<std::optional<ledger::ConfigurationAccepted>> Store::last_configuration() {
  const auto leaf = single_text(database_, "SELECT leaf FROM configurations ORDER BY entry DESC LIMIT 1");
  if (!leaf) return tl::unexpected(leaf.error());
  if (leaf->empty()) return std::optional<ledger::ConfigurationAccepted>();
  auto event = decode_as<ledger::ConfigurationAccepted>(*leaf, {});
  if (!event) return tl::unexpected(event.error());
  return std::optional<ledger::ConfigurationAccepted>(std::move(*event));
}

Result<std::optional<std::uint64_t>> Store::last_configuration_entry() {
  const auto entry = single_text(database_, "SELECT max(entry) FROM configurations");
  if (!entry) return tl::unexpected(entry.error());
  return entry->empty() ? std::optional<std::uint64_t>() : std::optional<std::uint64_t>(std::stoull(*entry));
}

}  // namespace tally::store
