// The entries about forgetting, and about what may not be forgotten: legal holds, erasures, retention. Public in all of
// them: who gave the command (uid), counts and handles; of an erasure also the basis and the ticket. Whom a hold is
// about is personal; whom an erasure was about, only the handles say, which are random.
//
//   EventText text = encode(HoldSet{.subject_key = "person/hr/001004", .until = …});
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"
#include "policy/model/decisions.h"

namespace tally::ledger {

struct EventText;

namespace entry_type {
inline constexpr std::string_view kHoldSet = "hold_set";
inline constexpr std::string_view kHoldReleased = "hold_released";
inline constexpr std::string_view kErasureRequested = "erasure_requested";
inline constexpr std::string_view kErasureRefused = "erasure_refused";
inline constexpr std::string_view kErasureDone = "erasure_done";
inline constexpr std::string_view kRetentionApplied = "retention_applied";
}  // namespace entry_type

struct HoldSet {
  std::string subject_key;  ///< personal, as are the two below; empty: erased
  std::string employee_id;
  std::string reason;
  base::Instant until;
  model::Author by;
};

struct HoldReleased {
  std::uint64_t hold = 0;   ///< entry that set it
  std::string subject_key;  ///< personal
  std::string reason;       ///< personal; may be empty
  model::Author by;
};

/// What is about to go. Recorded before anything does, so that it is ended whatever happens.
struct ErasureRequested {
  std::vector<std::string> handles;  ///< of the log, at most kMaxHandles; more are counted
  std::uint64_t subjects = 0;        ///< all handles
  std::uint64_t entries = 0;         ///< whose personal values go
  std::uint64_t mentions = 0;        ///< of these: about others, but naming the person
  std::vector<std::string> runs;     ///< kept runs that go
  std::uint64_t reports = 0;         ///< files of reports in the state folder that go
  std::string basis, ticket;
  std::uint32_t uid = 0;
};

/// Nothing was erased, and why.
struct ErasureRefused {
  std::vector<std::uint64_t> holds;         ///< entries that set those in force
  std::optional<base::Instant> not_before;  ///< the settings keep personal values until then
  std::string basis, ticket;
  std::uint32_t uid = 0;
};

/// All of it is gone; members as in the request that it names.
struct ErasureDone {
  std::uint64_t requested = 0;
  ErasureRequested what;
};

/// Personal values and kept runs that were older than the settings keep them.
struct RetentionApplied {
  std::map<std::string, std::uint64_t> entries;  ///< by class: "findings", "decisions", "offboarding", "runs"
  std::vector<std::string> runs;                 ///< kept runs
};

EventText encode(const HoldSet& event);
EventText encode(const HoldReleased& event);
EventText encode(const ErasureRequested& event);
EventText encode(const ErasureRefused& event);
EventText encode(const ErasureDone& event);
EventText encode(const RetentionApplied& event);

/// More of one kind in one entry might not fit into its bytes.
inline constexpr std::size_t kMaxHandles = 1000;
inline constexpr std::size_t kMaxKeptRuns = 1010;  ///< the settings allow 1,000

}  // namespace tally::ledger
