// Store: what the log says, arranged for questions. A projection: it can be deleted and rebuilt from the log and the
// personal values beside it, and gives the same answers (`tallystick rebuild`).
//
//   Result<Store> store = Store::open("/var/lib/tallystick/store.db");
//   store->project(receipt);                       // nothing gets in but by a receipt
//   Result<std::optional<RunReport>> report = store->report();   // the newest finished run
//
// Not the evidence: that is the log. Not for several nodes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/event.h"
#include "daemon/store/database.h"
#include "policy/base/result.h"
#include "policy/model/decisions.h"
#include "policy/model/receipt.h"
#include "policy/model/run_report.h"

namespace tally::store {

/// What earlier finished runs saw, for facts about this one.
struct EarlierRuns {
  /// What one source held in one run.
  struct Content {
    base::Digest content;
    base::Instant read;  ///< when reading ended
  };
  std::optional<base::Instant> last_finished;            ///< absent: none has finished
  std::uint64_t missed = 0;                              ///< due times since then at which none began
  std::uint64_t abandoned = 0;                           ///< that began since then and came to nothing
  std::map<std::string, model::SourceRecord> last_good;  ///< by source: when it was last completely seen
  std::map<std::string, std::vector<Content>> contents;  ///< by source: where anything was read, newest first
};

class Store {
 public:
  /// Opens or creates. Kind `conflict` when another version of Tallystick wrote it: rebuild it then.
  static base::Result<Store> open(const std::string& path);
  /// An empty one that is nowhere but in memory: for looking at the log as it stood.
  static base::Result<Store> in_memory();

  /// Index of the first entry that is not in the store yet.
  base::Result<std::uint64_t> next_index();
  /// What entries before this one say is not in the store, for the log was pruned: 0 for none.
  base::Result<std::uint64_t> minimum();
  /// Adds the entries of a receipt, all or none. Entries below next_index() are skipped, so projecting twice is
  /// harmless; a gap is refused (kind `conflict`): then the store has to be rebuilt. Unless the log was pruned there,
  /// and the store knows nothing of what went: what later entries say of it is passed over.
  base::Result<void> project(const model::Receipt& receipt);
  /// The entries from that index on; nothing behind the last.
  using Entries = std::function<base::Result<std::optional<model::Receipt>>(std::uint64_t from)>;
  /// Everything again, in one transaction, and nothing of what stood here before stays in the file or beside it. Kind
  /// `conflict` when another process kept old pages from being overwritten: to be done again.
  base::Result<void> make_again(const Entries& entries);

  /// Findings that are open or exempt after everything projected, by severity descending, rule and subject key.
  base::Result<std::vector<model::FindingRecord>> unresolved_findings();
  /// Of those that are resolved: the entry that opened each (the newest where there are several), by fingerprint.
  base::Result<std::map<std::string, std::uint64_t>> resolved_fingerprints();
  /// A leaver who is followed, and the first entry about that leaving.
  struct FollowedLeaver {
    std::uint64_t first = 0;
    model::Revocation revocation;
  };
  /// Those whose access is not known to be gone, and those who left, or lost it, at `since` or later; oldest first. Not
  /// those whose personal data were erased.
  base::Result<std::vector<FollowedLeaver>> followed_leavers(base::Instant since);
  /// Everything that people decided.
  base::Result<model::Decisions> decisions();
  /// By the entries before that one alone: what a run that began with it knew.
  base::Result<model::Decisions> decisions_before(std::uint64_t entry);
  /// Any finding's subject of that key; nothing when none was ever about it.
  base::Result<std::optional<model::Subject>> subject_of(const std::string& key);
  /// What the last finished run recorded of a source that saw it completely.
  struct LastGood {
    std::string run;
    std::uint64_t population = 0;  ///< people or accounts
    std::vector<model::Segment> segments;
    base::Instant read;  ///< when
  };
  /// By source name.
  base::Result<std::map<std::string, LastGood>> last_good();
  /// The same, or a newer one that the feed brake held back and two people released: what the next envelope measures
  /// by. Its records were not in force in that run, so they cannot stand in.
  base::Result<std::map<std::string, LastGood>> last_good_or_released();
  /// Of the newest RunReport::kMaxHistory finished runs.
  base::Result<EarlierRuns> earlier_runs();
  /// What the newest finished run saw of each source, in its order; none when no run has finished.
  base::Result<std::vector<model::SourceRecord>> last_sources();
  /// Identifier of the newest finished run, empty when there is none.
  base::Result<std::string> last_run();
  /// What the newest finished run comes to; nothing when no run has finished.
  base::Result<std::optional<model::RunSummary>> last_summary();
  /// The latest as-of time of all finished runs, whatever their order; nothing when no run has finished.
  base::Result<std::optional<base::Instant>> latest_as_of();
  /// Accounts that findings, open or fixed, linked to the person of that number, each once.
  base::Result<std::vector<model::Subject>> accounts_once_of(const std::string& employee_id);
  /// What a finished run came to, as the log says it. Kind `not_found`.
  base::Result<ledger::RunFinished> finished_run(const std::string& run);
  /// Identifiers of runs that neither finished nor were abandoned, oldest first.
  base::Result<std::vector<std::string>> unfinished_runs();
  /// How many of the newest runs were abandoned one after the other.
  base::Result<std::uint64_t> abandoned_in_a_row();
  /// Whether due times were missed and no run has finished since that was recorded.
  base::Result<bool> owes_an_audit();
  /// Until when every due time of the schedule is accounted for: the newest scheduled run, missed due time or
  /// configuration on record; nothing when there is none.
  base::Result<std::optional<base::Instant>> schedule_known_until();
  /// The configuration that the service took up last; nothing when there was none.
  base::Result<std::optional<ledger::ConfigurationAccepted>> last_configuration();
  /// The entry that says so.
  base::Result<std::optional<std::uint64_t>> last_configuration_entry();
  /// The newest finished run beside those before it; nothing when no run has finished. All of it as of one moment,
  /// whoever projects meanwhile. The caller fills in log_key. (An earlier run is reported from a store rebuilt up to
  /// it, not from this one.)
  base::Result<std::optional<model::RunReport>> report();
  /// An open or resolved finding by its fingerprint or a unique beginning of it (at least 4 digits).
  /// Kind `not_found` or `conflict` (several begin so).
  base::Result<model::FindingRecord> finding(const std::string& fingerprint);

 private:
  /// Those of a receipt that are not there yet; within a transaction.
  base::Result<void> add(const model::Receipt& receipt);
  /// Behind a gap: what the first bundle began may have ended in what is gone, so nothing of it counts but genesis.
  base::Result<void> begin_at(std::uint64_t minimum);
  explicit Store(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace tally::store
