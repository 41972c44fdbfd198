// Revocation: what became of one leaver's access, run after run, and whose delay it was.
//
//   Revocation r = began(leaver, heard);                       // the first run that saw that they left
//   r = continued(r, what_this_run_saw);                       // every run after it
//   print(r.hr_delay(), r.feed_delay(), r.it_delay());
//
// The stamps are those of the rule SLA-001: t0 the end of the employment, t1 the last working day, t2 when HR entered
// it, t3 the first run that saw it, t4 no account works any more, t5 no groups are left. t1 and t2 where HR gives them.
// Nobody looks between two runs, so most moments are intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/base/time.h"
#include "policy/model/fact.h"

namespace tally::model {

/// A length of time that lies between two bounds, both included.
struct Span {
  /// Longer than anybody works: there is no bound.
  static constexpr base::Duration kUnbounded = std::chrono::days{365'000};
  base::Duration least{}, most{};
  friend bool operator==(const Span&, const Span&) = default;
};

/// Whether something that a leaver had is still there.
struct Holding {
  Truth there = Truth::unknown;
  /// The newest moment at which it was seen there, when it is there no more, or it cannot be told. While it is there:
  /// the first such moment.
  std::optional<base::Instant> last_seen;
  std::optional<base::Bounds> gone;  ///< when it ended; only when it is not there
  std::optional<base::Bounds> back;  ///< when it came back, the last time that it did
  friend bool operator==(const Holding&, const Holding&) = default;
};

struct Revocation {
  /// After that it is too long ago to say whose delay it was; access that is still there is followed for ever.
  static constexpr std::chrono::days kFollowedFor{90};

  std::string key;  ///< as Subject::key
  std::string employee_id, name;
  base::Bounds left;                             ///< t0
  std::optional<base::Bounds> last_working_day;  ///< t1; nothing: HR does not tell
  std::optional<base::Bounds> entered;           ///< t2; nothing: HR does not tell
  base::Bounds seen;                             ///< t3
  std::uint64_t accounts = 0;                    ///< of theirs: those that work while one does, else all that there are
  std::vector<std::string> worked;  ///< keys of the accounts that were seen to work after the end, in their order
  Holding access;                   ///< t4: an account of theirs works
  Holding groups;                   ///< t5
  std::string access_told;          ///< what a directory still knows of the end by itself; empty: runs saw it, or the
                                    ///< accounts that are left tell
  bool recalled = false;            ///< HR says no more that they left: nothing is added from then on
  base::Instant until;              ///< as-of time of the newest run
  base::Instant looked;             ///< how new what the directories said was in that run

  /// No access is left, or HR says no more that they left.
  [[nodiscard]] bool over() const { return recalled || access.there == Truth::no; }
  /// The end of the employment or of the access, whichever may have been later.
  [[nodiscard]] base::Instant ended() const;
  /// An account was seen to work after the end.
  [[nodiscard]] bool kept_access() const;
  /// How long access outlived the employment, whosever delay it was: t4 - t0. With access that is still there, so far.
  [[nodiscard]] Span outlived() const;
  /// From the end of the employment until HR entered it: t2 - t0; without t2 until HR's feed said so, t3 - t0. Never
  /// below zero.
  [[nodiscard]] Span hr_delay() const;
  /// From then, or from the end when HR was early, until a run read it: t3 - max(t0, t2). Nothing without t2.
  [[nodiscard]] std::optional<Span> feed_delay() const;
  /// From then, or from the end when HR was early, until no account worked: t4 - max(t0, t3). With access that is still
  /// there, so far; with access that cannot be told, at least as long as it was seen; with access that came back, from
  /// then on.
  [[nodiscard]] Span it_delay() const;

  friend bool operator==(const Revocation&, const Revocation&) = default;
};

/// What one run sees of one leaver.
struct Leaver {
  std::string key, employee_id, name;
  base::Bounds left;
  std::optional<base::Bounds> last_working_day, entered;
  Truth access = Truth::unknown, groups = Truth::unknown;
  std::uint64_t accounts = 0;
  std::vector<std::string> worked;  ///< keys of the accounts that work
  /// Of no access and of no groups: when that ended, as the directories tell of their own past. It was there at
  /// `earliest`, unless that is the beginning of time.
  base::Bounds access_ended{base::kBeginningOfTime, base::kEndOfTime};
  base::Bounds groups_ended{base::kBeginningOfTime, base::kEndOfTime};
  std::string access_told;  ///< as Revocation::access_told, of access_ended
};

/// When a run looked.
struct Moment {
  base::Instant as_of;
  base::Instant looked;  ///< what its directories said is no older than this, nor newer than as_of
  std::optional<base::Instant> looked_before;  ///< the same of the finished run before; nothing: this is the first
};

/// `heard`: between the last moment at which HR said that they work here, and this run.
Revocation began(const Leaver& leaver, const base::Bounds& heard, const Moment& moment);
/// The same leaving, one run later. What did not change stays as it was, but for `until` and `looked`.
Revocation continued(Revocation before, const Leaver& leaver, const Moment& moment);

/// Access that is still there first, then what cannot be told, then what is gone, each with the longest first; then by
/// employee id.
void sort_by_urgency(std::vector<Revocation>& all);

}  // namespace tally::model
