#include "daemon/store/projection.h"

#include <fmt/format.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"
#include "daemon/store/reading.h"

namespace tally::store {
namespace {

using base::Result;
using model::RecordedEntry;
using model::Standing;

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// The note of an open finding whose personal values were erased: the next run finds it anew, if it is still so.
constexpr std::string_view kErased = "The personal data of this finding was erased. The next audit looks again.";

/// Lets the caller bind, runs.
template <class Bind>
Result<void> execute(Database& database, const char* sql, Bind bind) {
  const auto statement = database.kept(sql);
  if (!statement) return tl::unexpected(statement.error());
  bind(**statement);
  return (*statement)->run();
}

class Projector {
 public:
  Projector(Database& database, const RecordedEntry& entry) : database_(database), entry_(entry) {}

  Result<void> operator()(const ledger::RunStarted& event) {
    return execute(database_, "INSERT INTO runs (run, started_leaf) VALUES (?, ?)", [&](Statement& s) {
      s.bind(1, event.run);
      s.bind(2, entry_.leaf);
    });
  }

  Result<void> operator()(const ledger::SourceCollected& event) {
    return execute(database_, "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", [&](Statement& s) {
      const model::Coverage& coverage = event.source.coverage;
      s.bind(1, number(entry_.index));
      s.bind(2, event.run);
      s.bind(3, event.source.name);
      s.bind(4, std::int64_t{coverage.state == model::CoverageState::complete});
      s.bind(5, number(event.population));
      s.bind(6, entry_.leaf);
      s.bind(7, entry_.personal);
    });
  }

  Result<void> operator()(const ledger::RuleTallied& event) { return tally(event.run); }
  Result<void> operator()(const ledger::ShadowTallied& event) { return tally(event.run); }

  Result<void> operator()(const ledger::FindingEvent& event) {
    const bool opens = ledger::opens(event);
    if (!opens) {
      const auto known = knows_finding(event.record.opened_index);
      if (!known) return tl::unexpected(known.error());
      if (!*known) return {};
    }
    constexpr const char* kUpsert =
        "INSERT INTO findings (opened, entry, run, fingerprint, rule, subject, severity, open, standing, note,"
        " first_seen, last_seen, open_since, times_reopened, exemption, acknowledged, leaf, personal)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', '', '', 0, ?14, 0, ?11, ?12)"
        " ON CONFLICT (opened) DO UPDATE SET entry = ?2, run = ?3, severity = ?7, open = ?8, standing = ?9, note = ?10,"
        " leaf = ?11, personal = ?12, times_reopened = times_reopened + ?13, exemption = ?14, acknowledged = 0,"
        " open_since = iif(?13, '', open_since)";
    return execute(database_, kUpsert, [&](Statement& s) {
      const model::Finding& finding = event.record.finding;
      s.bind(1, number(opens ? entry_.index : event.record.opened_index));
      s.bind(2, number(entry_.index));
      s.bind(3, event.run);
      s.bind(4, finding.fingerprint);
      s.bind(5, finding.rule);
      s.bind(6, finding.subject.key);
      s.bind(7, static_cast<std::int64_t>(finding.severity));
      s.bind(8, std::int64_t{event.record.standing != Standing::resolved});
      s.bind(9, static_cast<std::int64_t>(event.record.standing));
      s.bind(10, event.record.note);
      s.bind(11, entry_.leaf);
      s.bind(12, entry_.personal);
      s.bind(13, std::int64_t{event.record.standing == Standing::reopened});
      s.bind(14, number(event.exemption));
    });
  }

  /// The exemption stays on the row: a finding that is found again when it has ended is reopened.
  Result<void> operator()(const ledger::FindingsNotRechecked& event) {
    for (const std::uint64_t opened : event.opened) {
      const auto known = knows_finding(opened);
      if (!known) return tl::unexpected(known.error());
      if (!*known) continue;
      auto updated = execute(
          database_, "UPDATE findings SET standing = ?1, note = ?2, run = ?3 WHERE opened = ?4", [&](Statement& s) {
            s.bind(1,
                   static_cast<std::int64_t>(event.exempt ? Standing::exempt_not_rechecked : Standing::not_rechecked));
            s.bind(2, event.note);
            s.bind(3, event.run);
            s.bind(4, number(opened));
          });
      if (!updated) return updated;
    }
    return {};
  }

  Result<void> operator()(const ledger::LeaverFollowed& event) {
    constexpr const char* kUpsert =
        "INSERT INTO leavers (first, over, ended, leaf, personal) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (first) DO UPDATE SET over = ?2, ended = ?3, leaf = ?4, personal = ?5";
    return execute(database_, kUpsert, [&](Statement& s) {
      const model::Revocation& leaver = event.revocation;
      s.bind(1, number(event.first == 0 ? entry_.index : event.first));
      s.bind(2, std::int64_t{leaver.over()});
      s.bind(3, base::format_instant(leaver.ended()));
      s.bind(4, entry_.leaf);
      s.bind(5, entry_.personal);
    });
  }

  /// What the run did not speak of is still open, or still exempt, and was seen again.
  Result<void> operator()(const ledger::RunFinished& event) {
    const std::string as_of = base::format_instant(event.summary.as_of);
    auto finished =
        execute(database_, "UPDATE runs SET finished_entry = ?1, finished_leaf = ?2 WHERE run = ?3", [&](Statement& s) {
          s.bind(1, number(entry_.index));
          s.bind(2, entry_.leaf);
          s.bind(3, event.summary.run);
        });
    if (!finished) return finished;
    auto erased =
        execute(database_, "UPDATE findings SET open = 0, run = '' WHERE open = 1 AND personal = '' AND note = ?",
                [&](Statement& s) { s.bind(1, kErased); });
    if (!erased) return erased;
    constexpr const char* kStayed =
        "UPDATE findings SET standing = iif(standing IN (?2, ?3, ?4), ?3, ?1), note = '' WHERE open = 1 AND run <> ?5";
    auto stayed = execute(database_, kStayed, [&](Statement& s) {
      s.bind(1, static_cast<std::int64_t>(Standing::still_open));
      s.bind(2, static_cast<std::int64_t>(Standing::exempted));
      s.bind(3, static_cast<std::int64_t>(Standing::still_exempt));
      s.bind(4, static_cast<std::int64_t>(Standing::exempt_not_rechecked));
      s.bind(5, event.summary.run);
    });
    if (!stayed) return stayed;
    // In one go, since each row that changes is written as a whole, with all that the finding says.
    constexpr const char* kSeen =
        "UPDATE findings SET first_seen = iif(first_seen = '', ?1, first_seen),"
        " open_since = iif(open_since = '', ?1, open_since),"
        " last_seen = iif(open = 1 AND standing NOT IN (?2, ?3), ?1, last_seen)"
        " WHERE first_seen = '' OR open_since = '' OR (open = 1 AND standing NOT IN (?2, ?3))";
    return execute(database_, kSeen, [&](Statement& s) {
      s.bind(1, as_of);
      s.bind(2, static_cast<std::int64_t>(Standing::not_rechecked));
      s.bind(3, static_cast<std::int64_t>(Standing::exempt_not_rechecked));
    });
  }

  Result<void> operator()(const ledger::FindingAcknowledged& event) {
    const auto known = knows_finding(event.opened);
    if (!known) return tl::unexpected(known.error());
    // One that closed or changed meanwhile is not the finding that was seen.
    auto updated =
        execute(database_, "UPDATE findings SET acknowledged = ?1 WHERE opened = ?2 AND open = 1", [&](Statement& s) {
          s.bind(1, number(entry_.index));
          s.bind(2, number(event.opened));
        });
    return updated ? keep_decision() : updated;
  }

  Result<void> operator()(const ledger::ExemptionRequested&) { return keep_decision(); }
  Result<void> operator()(const ledger::ExemptionAnswered&) { return keep_decision(); }
  Result<void> operator()(const ledger::LinkDecided&) { return keep_decision(); }
  Result<void> operator()(const ledger::LinkRevoked&) { return keep_decision(); }

  Result<void> operator()(const ledger::ManifestSigned&) { return keep_decision(); }

  Result<void> operator()(const ledger::FeedReleaseRequested& event) {
    auto asked = execute(database_, "INSERT INTO releases VALUES (?, ?, ?, 0)", [&](Statement& s) {
      s.bind(1, number(entry_.index));
      s.bind(2, event.source);
      s.bind(3, event.run);
    });
    return asked ? keep_decision() : asked;
  }

  Result<void> operator()(const ledger::FeedReleaseApproved& event) {
    auto approved = execute(database_, "UPDATE releases SET approved = 1 WHERE asked = ?",
                            [&](Statement& s) { s.bind(1, number(event.asked)); });
    return approved ? keep_decision() : approved;
  }

  Result<void> operator()(const ledger::HoldSet&) { return keep_decision(); }
  Result<void> operator()(const ledger::HoldReleased&) { return keep_decision(); }
  Result<void> operator()(const ledger::ErasureRequested&) { return keep_decision(); }

  /// Nothing can be compared with what was erased. It stays open until a run has looked again.
  Result<void> operator()(const ledger::ErasureDone&) {
    auto marked = execute(database_, "UPDATE findings SET note = ? WHERE open = 1 AND personal = ''",
                          [&](Statement& s) { s.bind(1, kErased); });
    return marked ? keep_decision() : marked;
  }

  Result<void> operator()(const ledger::RunAbandoned& event) { return lapse(event.run); }
  Result<void> operator()(const ledger::ScheduleMissed&) { return lapse(""); }

  Result<void> operator()(const ledger::ConfigurationAccepted&) {
    const auto entry = ledger::Entry::parse(entry_.leaf);
    if (!entry) return tl::unexpected(entry.error());
    return execute(database_, "INSERT INTO configurations VALUES (?, ?, ?)", [&](Statement& s) {
      s.bind(1, number(entry_.index));
      s.bind(2, base::format_instant(entry->time));
      s.bind(3, entry_.leaf);
    });
  }

  Result<void> operator()(const ledger::OtherEvent& event) {
    if (event.type != ledger::entry_type::kGenesis) return {};
    const auto genesis = ledger::Entry::parse(entry_.leaf);
    if (!genesis) return tl::unexpected(genesis.error());
    return execute(database_, "UPDATE meta SET origin = ?", [&](Statement& s) { s.bind(1, genesis->origin); });
  }

 private:
  Result<void> keep_decision() {
    return execute(database_, "INSERT INTO decisions VALUES (?, ?, ?)", [&](Statement& s) {
      s.bind(1, number(entry_.index));
      s.bind(2, entry_.leaf);
      s.bind(3, entry_.personal);
    });
  }

  Result<void> tally(std::string_view run) {
    return execute(database_, "INSERT INTO tallies VALUES (?, ?, ?, ?)", [&](Statement& s) {
      s.bind(1, number(entry_.index));
      s.bind(2, run);
      s.bind(3, entry_.leaf);
      s.bind(4, entry_.personal);
    });
  }

  Result<void> lapse(std::string_view run) {
    const auto entry = ledger::Entry::parse(entry_.leaf);
    if (!entry) return tl::unexpected(entry.error());
    return execute(database_, "INSERT INTO lapses VALUES (?, ?, ?, ?)", [&](Statement& s) {
      s.bind(1, number(entry_.index));
      s.bind(2, run);
      s.bind(3, base::format_instant(entry->time));
      s.bind(4, entry_.leaf);
    });
  }

  /// False when the entry that opened it was pruned: a finding goes as a whole.
  Result<bool> knows_finding(std::uint64_t opened) {
    const auto statement = database_.kept("SELECT 1 FROM findings WHERE opened = ?");
    if (!statement) return tl::unexpected(statement.error());
    (*statement)->bind(1, number(opened));
    const auto found = (*statement)->next();
    if (!found) return tl::unexpected(found.error());
    if (*found) {
      if (auto ended = (*statement)->run(); !ended) return tl::unexpected(ended.error());
      return true;
    }
    const auto minimum = pruned_minimum(database_);
    if (!minimum) return tl::unexpected(minimum.error());
    if (is_pruned(opened, *minimum)) return false;
    return base::failure(
        base::ErrorKind::corrupt,
        fmt::format("entry {} speaks of a finding opened by entry {}, which opened none", entry_.index, opened));
  }

  Database& database_;
  const RecordedEntry& entry_;
};

}  // namespace

Result<void> project_entry(Database& database, const RecordedEntry& entry) {
  const auto event = ledger::decode(entry.leaf, entry.personal);
  if (!event) return tl::unexpected(event.error().within(fmt::format("entry {} of the log", entry.index)));
  return std::visit(Projector(database, entry), *event);
}

}  // namespace tally::store
