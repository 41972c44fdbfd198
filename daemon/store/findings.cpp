#include "daemon/store/findings.h"

#include <fmt/format.h>

#include "daemon/ledger/event.h"
#include "daemon/store/decisions.h"
#include "daemon/store/reading.h"
#include "daemon/store/store.h"

namespace tally::store {
namespace {

using base::Result;
using model::FindingRecord;

constexpr const char* kFindingColumns =
    "SELECT opened, entry, standing, note, first_seen, last_seen, leaf, personal, open_since, times_reopened, "
    "exemption,"
    " acknowledged FROM findings ";

Result<FindingRecord> finding_of_row(const Statement& row) {
  auto event = decode_as<ledger::FindingEvent>(row.text(6), row.text(7));
  if (!event) return tl::unexpected(event.error());
  FindingRecord record = std::move(event->record);
  record.opened_index = static_cast<std::uint64_t>(row.number(0));
  record.log_index = static_cast<std::uint64_t>(row.number(1));
  record.standing = static_cast<model::Standing>(row.number(2));
  record.note = row.text(3);
  record.first_seen = base::parse_instant(row.text(4)).value_or(base::Instant{});
  record.last_seen = base::parse_instant(row.text(5)).value_or(base::Instant{});
  record.open_since = base::parse_instant(row.text(8)).value_or(base::Instant{});
  record.times_reopened = static_cast<std::uint64_t>(row.number(9));
  if (const auto number = static_cast<std::uint64_t>(row.number(10)); number != 0) {
    record.exemption.emplace().number = number;
  }
  if (const auto entry = static_cast<std::uint64_t>(row.number(11)); entry != 0) {
    record.acknowledged.emplace().log_index = entry;
  }
  return record;
}

Result<std::vector<FindingRecord>> findings_of(Database& database, Statement& statement) {
  std::vector<FindingRecord> records;
  for (;;) {
    const auto more = statement.next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    auto record = finding_of_row(statement);
    if (!record) return tl::unexpected(record.error());
    records.push_back(std::move(*record));
  }
  if (auto added = add_decisions(database, records); !added) return tl::unexpected(added.error());
  return records;
}

Result<std::vector<FindingRecord>> unresolved(Database& database) {
  auto statement = database.prepare(
      (std::string(kFindingColumns) + "WHERE open = 1 ORDER BY severity DESC, rule, subject, opened").c_str());
  if (!statement) return tl::unexpected(statement.error());
  return findings_of(database, *statement);
}

}  // namespace

Result<void> load_findings(Database& database, model::RunReport& report) {
  auto records = unresolved(database);
  if (!records) return tl::unexpected(records.error());
  for (FindingRecord& record : *records) {
    (model::is_exempt(record.standing) ? report.exempt : report.open).push_back(std::move(record));
  }
  auto resolved = database.prepare(
      (std::string(kFindingColumns) + "WHERE open = 0 AND run = ? ORDER BY severity DESC, rule, subject").c_str());
  if (!resolved) return tl::unexpected(resolved.error());
  resolved->bind(1, report.summary.run);
  auto fixed = findings_of(database, *resolved);
  if (!fixed) return tl::unexpected(fixed.error());
  report.resolved = std::move(*fixed);
  return {};
}

Result<std::vector<FindingRecord>> Store::unresolved_findings() { return unresolved(database_); }

Result<std::map<std::string, std::uint64_t>> Store::resolved_fingerprints() {
  auto statement = database_.prepare(
      "SELECT fingerprint, max(opened) FROM findings WHERE open = 0 AND fingerprint <> '' GROUP BY fingerprint");
  if (!statement) return tl::unexpected(statement.error());
  std::map<std::string, std::uint64_t> out;
  for (;;) {
    const auto more = statement->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return out;
    out.emplace(statement->text(0), static_cast<std::uint64_t>(statement->number(1)));
  }
}

Result<std::optional<model::Subject>> Store::subject_of(const std::string& key) {
  auto statement = database_.prepare(
      (std::string(kFindingColumns) + "WHERE subject = ? AND personal <> '' ORDER BY opened DESC LIMIT 1").c_str());
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, key);
  auto records = findings_of(database_, *statement);
  if (!records) return tl::unexpected(records.error());
  if (records->empty()) return std::optional<model::Subject>();
  return std::optional(std::move(records->front().finding.subject));
}

Result<std::vector<model::Subject>> Store::accounts_once_of(const std::string& employee_id) {
  auto statement = database_.prepare(
      (std::string(kFindingColumns) +
       "WHERE personal <> '' AND json_extract(personal, '$.finding.subject.person') = ? ORDER BY subject")
          .c_str());
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, employee_id);
  auto records = findings_of(database_, *statement);
  if (!records) return tl::unexpected(records.error());
  std::vector<model::Subject> accounts;
  for (FindingRecord& record : *records) {
    model::Subject& subject = record.finding.subject;
    if (subject.kind != model::SubjectKind::account) continue;
    if (accounts.empty() || accounts.back().key != subject.key) accounts.push_back(std::move(subject));
  }
  return accounts;
}

Result<FindingRecord> Store::finding(const std::string& fingerprint) {
  const bool digits = fingerprint.size() >= 4 && fingerprint.size() <= 16 &&
                      fingerprint.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!digits) {
    return base::failure(
        base::ErrorKind::not_found,
        fmt::format("\"{}\" is no fingerprint: 4 to 16 of the digits 0-9a-f are expected", fingerprint));
  }
  // Two findings with one fingerprint are the same trouble at different times: the newest one answers.
  auto statement = database_.prepare(
      (std::string(kFindingColumns) + "WHERE fingerprint GLOB ? || '*' ORDER BY fingerprint, opened").c_str());
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, fingerprint);
  auto records = findings_of(database_, *statement);
  if (!records) return tl::unexpected(records.error());
  if (records->empty())
    return base::failure(base::ErrorKind::not_found,
                         fmt::format("no finding begins with {}{}", fingerprint, pruned_hint(database_)));
  if (records->front().finding.fingerprint != records->back().finding.fingerprint) {
    return base::failure(base::ErrorKind::conflict,
                         fmt::format("several findings begin with {}: give more digits", fingerprint));
  }
  return std::move(records->back());
}

}  // namespace tally::store
