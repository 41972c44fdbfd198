// RunReport: one run beside the runs before it, as the store keeps it and as reports show it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/decision.h"
#include "policy/model/revocation.h"
#include "policy/model/source.h"
#include "policy/model/verdict.h"

namespace tally::model {

/// How a finding stands in this run beside the previous one.
enum class Standing : std::uint8_t {
  opened,                ///< never found before
  still_open,            ///< open before, the same now
  changed,               ///< open before, now with other evidence or severity
  reopened,              ///< was fixed, or was exempt, and is back
  not_rechecked,         ///< open before; this run could not tell, so it stays open
  resolved,              ///< open or exempt before; this run saw that it is no more
  exempted,              ///< found, and an exemption covers it: for the first time, a renewed one, or other evidence
  still_exempt,          ///< exempt before, the same now
  exempt_not_rechecked,  ///< exempt before and by its date still; this run could not tell
};

/// "new", "still open", "changed", "reopened", "open, not re-checked", "fixed", "exempt", "still exempt", "exempt, not
/// re-checked".
std::string_view to_string(Standing standing);

/// Counted apart: neither open nor fixed.
bool is_exempt(Standing standing);

struct FindingRecord {
  Finding finding;
  Standing standing = Standing::opened;
  std::string note;          ///< why it could not be re-checked, or how it was resolved ("the account is disabled")
  base::Instant first_seen;  ///< as-of time of the run that opened it
  base::Instant last_seen;   ///< as-of time of the last run that saw it
  std::uint64_t opened_index = 0;                    ///< entry of the log that opened it: its identity in the log
  std::uint64_t log_index = 0;                       ///< entry of the log that says it last
  base::Instant open_since = {};                     ///< as-of time of the run that opened it, or reopened it last
  std::uint64_t times_reopened = 0;                  ///< how often it came back
  std::optional<Acknowledgement> acknowledged = {};  ///< of an open finding, as it stands now
  std::optional<Exemption> exemption = {};           ///< of an exempt one
};

struct RunSummary {
  std::string run;  ///< identifier, unique in this log
  base::Instant started, finished, as_of;
  bool complete = false;  ///< every source complete, every rule able to tell, populations tie out
  std::uint64_t people = 0, accounts = 0;
  std::uint64_t open[4] = {0, 0, 0, 0};  ///< open findings by Severity, low to critical; without exempt ones
  std::uint64_t opened = 0, resolved = 0, cannot_tell = 0;
  std::uint64_t reopened = 0, exempt = 0;
};

/// An audit that should have been and was not: it began and was abandoned, or the schedule asked for it in vain.
struct Lapse {
  enum class Kind : std::uint8_t { abandoned, missed };
  Kind kind = Kind::abandoned;
  base::Instant at;             ///< when that was noticed and recorded
  std::string sentence;         ///< without personal data
  std::uint64_t log_index = 0;  ///< entry of the log that says so
};

/// For how long a source has not been completely seen, this run included, as far as kMaxHistory runs before it tell.
struct Incomplete {
  base::Instant since;                         ///< when the first of those runs began to read it
  std::uint64_t runs = 1;                      ///< one after the other, this one included
  std::optional<base::Instant> last_complete;  ///< when the run before them ended reading; absent: none of them saw all
};

struct RunReport {
  std::string organisation;  ///< from the configuration; may be empty
  RunSummary summary;
  std::vector<SourceRecord> sources;             ///< rejects included, as far as kept
  std::map<std::string, Incomplete> incomplete;  ///< by the name of each of `sources` that was not completely seen
  std::vector<Population> populations;
  std::vector<RuleTally> tallies;
  std::vector<Shadow> shadow;  ///< rules that are tried out beside the active ones
  std::vector<CannotTell> cannot_tell;
  std::vector<FindingRecord> open;    ///< severity descending, then rule, then subject key; resolved ones are not here
  std::vector<FindingRecord> exempt;  ///< found or not re-checked, and covered by an exemption; in the same order
  std::vector<FindingRecord> resolved;  ///< those that this run resolved
  /// Leavers whose access is still there or cannot be told, or who left, or lost it, within Revocation::kFollowedFor
  /// before this run. By urgency.
  std::vector<Revocation> revocations;
  std::vector<Lapse> lapses;        ///< since the finished run before, oldest first; those after this one too
  std::vector<RunSummary> history;  ///< earlier runs, oldest first, at most kMaxHistory
  std::string tool_version, rules_digest, config_digest, verdict_digest;
  std::string log_origin, log_key;  ///< the log's name and public key (vkey)
  std::uint64_t log_index = 0;      ///< of this run's run_finished entry

  static constexpr std::size_t kMaxHistory = 52;
};

}  // namespace tally::model
