// Events: what the entries of a run say, as values. One place turns them into the JSON of a leaf and back, so that
// what is recorded and what the store reads cannot drift apart.
//
//   EventText text = encode(RunStarted{...});             // for recorder::Draft
//   base::Result<Event> event = decode(leaf, personal);   // for the store
//
// Names, DNs, mails and values go into `personal` alone; the fields are public (docs/spec/ledger.md, "Entries of a
// run").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/ledger/event_decision.h"
#include "daemon/ledger/event_erasure.h"
#include "daemon/ledger/event_sign_off.h"
#include "policy/base/result.h"
#include "policy/model/run_report.h"

namespace tally::ledger {

/// Entry types that have no name in entry.h.
namespace entry_type {
inline constexpr std::string_view kFindingsNotRechecked = "findings_not_rechecked";
inline constexpr std::string_view kRuleTallied = "rule_tallied";
inline constexpr std::string_view kShadowTallied = "shadow_tallied";
inline constexpr std::string_view kLeaverFollowed = "leaver_followed";
inline constexpr std::string_view kRunAbandoned = "run_abandoned";
inline constexpr std::string_view kScheduleMissed = "schedule_missed";
inline constexpr std::string_view kConfigurationAccepted = "configuration_accepted";
}  // namespace entry_type

struct RunStarted {
  std::string run;
  std::string trigger;  ///< "command line", "schedule, due …", "asked by uid 1000"
  base::Instant started;
  std::string tool_version, config_digest, rules_digest;
  std::string organisation;
  std::string asked_by = {};  ///< login of who asked the service for it; personal, empty: nobody did
};

struct SourceCollected {
  std::string run;
  model::SourceRecord source;    ///< rejects and segments are personal
  std::uint64_t population = 0;  ///< people or accounts in it: what the next run's envelope compares with
};

/// Opened, changed, resolved, reopened or exempted, by `record.standing`. All of the finding but rule and severity is
/// personal.
struct FindingEvent {
  std::string run;
  model::FindingRecord record;  ///< opened_index names the opening entry; 0 or not used when it is this one
  std::uint64_t exemption = 0;  ///< of an exempted one: the number of the exemption that covers it
};

/// The index in "run-12": a run is named after its first entry. Nothing for another name.
std::optional<std::uint64_t> first_entry_of(std::string_view run);

/// True when the entry is the first one about its finding.
bool opens(const FindingEvent& event);

/// Open or exempt findings that this run could not answer: they stay so. At most kMaxNotRechecked entries each.
struct FindingsNotRechecked {
  std::string run;
  std::string note;                   ///< why, without personal data
  std::vector<std::uint64_t> opened;  ///< indexes of the opening entries
  bool exempt = false;                ///< their exemptions still hold
};

/// One rule's count and the reasons why it could not tell. Examples are personal.
struct RuleTallied {
  std::string run;
  model::RuleTally tally;
  std::vector<model::CannotTell> cannot_tell;
};

/// The same of a rule in shadow. An entry type of its own, so that no reader counts it by mistake. Who was hit is
/// personal.
struct ShadowTallied {
  std::string run;
  model::Shadow shadow;
};

/// What became of the access of one leaver: when a run first sees that they left, and whenever it has changed. All but
/// whether an account of theirs works is personal.
struct LeaverFollowed {
  std::string run;
  std::uint64_t first = 0;  ///< index of the first entry about this leaving; 0: it is this one
  model::Revocation revocation;
};

/// The manifest: the run is done, and this is what it comes to.
struct RunFinished {
  model::RunSummary summary;  ///< counts included
  std::string previous_run;   ///< empty for the first
  std::vector<model::Population> populations;
  std::string tool_version, config_digest, rules_digest, verdict_digest;
  std::string snapshot_digest;  ///< of what the verdict depended on (daemon/archive); empty: it was not kept
};

/// A run that began and will have no end: nothing it saw counts.
struct RunAbandoned {
  std::string run;
  std::string reason;  ///< without personal data
};

/// Moments at which the schedule asked for an audit and none began.
struct ScheduleMissed {
  std::uint64_t count = 0;
  base::Instant first, last;
  std::vector<base::Instant> due;  ///< the newest of them, at most kMaxDue, oldest first
  std::string reason;              ///< "the service was not running"
  bool made_up = false;            ///< one audit was started in their place
};

/// What the service audits by from now on.
struct ConfigurationAccepted {
  std::string config_digest, rules_digest;
  std::string schedule;  ///< in words
};

/// An entry of a type that is not a run's (genesis, or one from a later version).
struct OtherEvent {
  std::string type;
};

using Event =
    std::variant<RunStarted, SourceCollected, FindingEvent, FindingsNotRechecked, RuleTallied, ShadowTallied,
                 LeaverFollowed, RunFinished, RunAbandoned, ScheduleMissed, ConfigurationAccepted, FindingAcknowledged,
                 ExemptionRequested, ExemptionAnswered, LinkDecided, LinkRevoked, FeedReleaseRequested,
                 FeedReleaseApproved, ManifestSigned, HoldSet, HoldReleased, ErasureRequested, ErasureDone, OtherEvent>;

/// The parts of an entry that its author supplies, as recorder::Draft takes them.
struct EventText {
  std::string type, fields, personal, subject_key;
};

EventText encode(const RunStarted& event);
EventText encode(const SourceCollected& event);
EventText encode(const FindingEvent& event);
EventText encode(const FindingsNotRechecked& event);
EventText encode(const RuleTallied& event);
EventText encode(const ShadowTallied& event);
EventText encode(const LeaverFollowed& event);
EventText encode(const RunFinished& event);
EventText encode(const RunAbandoned& event);
EventText encode(const ScheduleMissed& event);
EventText encode(const ConfigurationAccepted& event);

/// The event of a leaf and its personal values (empty when erased: names then read "(erased)").
/// Kind `malformed` names the member at fault.
base::Result<Event> decode(std::string_view leaf, std::string_view personal);

/// More than these in one entry might not fit into its 65,535 bytes. Bytes are those of the JSON text.
inline constexpr std::size_t kMaxNotRechecked = 3500;  ///< of at most 17 bytes each
inline constexpr std::size_t kMaxDue = 50;             ///< due times that are listed one by one
inline constexpr std::size_t kMaxReasons = 100;        ///< reasons a rule; the rest is summed up as one
inline constexpr std::size_t kMaxSentenceBytes =
    400;  ///< of a reason, gap or note inside an entry; longer ones are cut with "…"
inline constexpr std::size_t kMaxGaps = 50;  ///< gaps, and notes, of a source; further gaps are counted
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxLocationBytes = 2000;
inline constexpr std::size_t kMaxQueryBytes = 8000;

}  // namespace tally::ledger
