// Revocation: how long a leaver's access outlived the employment, and whose delay that was.
//
//   for (const Revocation& r : revocations(findings)) print(r.hr_delay(), r.it_delay());
//
// Made of findings about leavers as they were opened and fixed, so every moment between two runs is an interval. The
// stamps are those of the rule SLA-001: t0 the end of the employment, t1 the last working day, t2 when HR entered it,
// t3 the first run that saw it, t4 no account works any more, t5 no groups are left. t1 and t2 where HR gives them. Who
// was out in time has no finding and is not here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/base/time.h"
#include "policy/model/finding.h"

namespace tally::model {

/// A finding about a leaver's account and when it was true. Moments are as-of times of runs.
struct LeaverFinding {
  Finding finding;
  base::Instant before_first = base::kBeginningOfTime;  ///< the run before the one that saw it first; none before it
  base::Instant first_seen, last_seen;
  std::optional<base::Instant> resolved;  ///< the run that saw it gone; nothing: open
};

/// A length of time that lies between two bounds, both included.
struct Span {
  /// Longer than anybody works: there is no bound.
  static constexpr base::Duration kUnbounded = std::chrono::days{365'000};
  base::Duration least{}, most{};
  friend bool operator==(const Span&, const Span&) = default;
};

struct Revocation {
  std::string employee_id, name;
  std::size_t accounts = 0;                       ///< of theirs that worked after the end
  base::Bounds left;                              ///< t0
  std::optional<base::Bounds> last_working_day;   ///< t1; nothing: HR does not tell
  std::optional<base::Bounds> entered;            ///< t2; nothing: HR does not tell
  base::Bounds seen;                              ///< t3
  std::optional<base::Bounds> access_gone;        ///< t4; nothing: an account still works
  std::optional<base::Bounds> entitlements_gone;  ///< t5; nothing: groups are left
  base::Instant until;                            ///< the newest run: what is not over lasts at least until then

  /// From the end of the employment until HR entered it: t2 - t0; without t2 until HR's feed said so, t3 - t0. Never
  /// below zero.
  [[nodiscard]] Span hr_delay() const;
  /// From then, or from the end when HR was early, until a run read it: t3 - max(t0, t2). Nothing without t2.
  [[nodiscard]] std::optional<Span> feed_delay() const;
  /// From then, or from the end when HR was early, until no account worked: t4 - max(t0, t3). With access that is still
  /// there, so far.
  [[nodiscard]] Span it_delay() const;
};

/// One for every person with a finding that read both person.left_at and account.usable; findings that read
/// account.has_groups instead say when the entitlements were gone. The longest first, then by employee id. `until`:
/// as-of time of the newest run.
std::vector<Revocation> revocations(std::span<const LeaverFinding> findings, base::Instant until);

}  // namespace tally::model
